import type { WasteKind } from '../../domain/costs/ledger.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Phase } from '../../domain/ports/ledger.ts'
import type { Context } from '../context.ts'
import type { Metering } from './metering.ts'

/** What a machine itself is, as far as nothing holds it: the first that applies. */
export function ownKind({ state, made, cordon }: Machine): WasteKind {
  if (made?.eviction) return 'evicted'
  if (state === 'deleting' || state === 'gone' || state === 'failed') return 'delete'
  if (state === 'stopping' || state === 'stopped') return 'stopped'
  if (state === 'unreachable') return 'failed'
  if (state !== 'ready') return 'boot'
  return cordon ? 'drain' : 'idle'
}

/** To be told of every change of a machine. */
export function notePhase(context: Context, machine: Machine): void {
  const { phases } = context.known.metering
  if (!context.state.machines.has(machine.key)) return void phases.delete(machine.key)
  const before = phases.get(machine.key)
  if (!before) return recallPhases(context, machine)
  const kind = ownKind(machine)
  if (before.at(-1)?.kind !== kind) phases.set(machine.key, [...before, { from: context.clock.wall(), kind }])
}

/** As far as the record tells what it has been. */
export function recallPhases(context: Context, machine: Machine): void {
  const { made, cordon, stateAt } = machine
  const phases: Phase[] = [{ from: made?.acceptedAt ?? machine.createdAt, kind: made ? 'boot' : 'idle' }]
  if (made?.readyAt !== undefined) phases.push({ from: made.readyAt, kind: 'idle' })
  const turned = Math.max(stateAt, cordon?.at ?? 0, made?.eviction?.noticedAt ?? 0)
  phases.push({ from: turned, kind: ownKind(machine) })
  context.known.metering.phases.set(machine.key, phases)
}

/** Of a machine that never came up, all was in vain. */
export function phasesOf(context: Context, { key, made }: Machine): readonly Phase[] {
  const phases = context.known.metering.phases.get(key) ?? []
  if (made?.failed && made.readyAt === undefined) return [{ from: 0, kind: 'failed' }]
  return phases
}

/** What lies wholly before the moment is charged, and no longer needed. */
export function forgetPhases({ phases }: Metering, machine: string, before = -Infinity): void {
  const all = phases.get(machine) ?? []
  const first = all.findLastIndex(({ from }) => from <= before)
  if (first > 0) phases.set(machine, all.slice(first))
}

/** They move with a jump of the clock, as all times do. */
export function movePhases({ phases }: Metering, move: (at: number) => number): void {
  for (const [machine, all] of phases)
    phases.set(
      machine,
      all.map(({ from, kind }) => ({ from: move(from), kind })),
    )
}
