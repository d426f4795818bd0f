import type { Machine, MachineState } from '../../domain/machine.ts'
import type { ContainerRuntime } from '../../domain/ports/runtime.ts'
import type { Change } from '../../domain/ports/store.ts'
import type { Actor } from '../actor.ts'
import { journal, notAhead, type Context } from '../context.ts'
import { bootedSetting, noteBooted } from '../learning/boots.ts'
import { isMade, type MadeMachine } from '../machines/elastic.ts'
import { forgetImages } from '../machines/ended.ts'
import { noteEviction } from '../machines/following/evictions.ts'
import { emptinessOf } from '../machines/following/tally.ts'
import { change } from '../state.ts'
import { observeContainers } from './observe-containers.ts'

/** Lists a machine's containers now; that it answers is also the sign of its health. */
export function look(context: Context, actor: Actor, machine: string): boolean {
  return actor.run(`look:${machine}`, `look:${machine}`, () => lookAt(context, actor, machine))
}

/** In these, a machine has an engine that may answer. */
const answering: ReadonlySet<MachineState> = new Set(['booting', 'ready', 'unreachable'])

async function lookAt(context: Context, actor: Actor, key: string): Promise<void> {
  const runtime = context.runtimes.of(key)
  const before = context.state.machines.get(key)
  if (!runtime || !before || !answering.has(before.state)) return
  const began = context.clock.wall()
  let usable: boolean
  try {
    await observeContainers(context, actor, key)
    usable = await isUsable(before, runtime)
  } catch (error) {
    return lookFailed(context, key, error)
  } finally {
    if (isMade(before)) context.known.sightings.tried.add(key)
  }
  const machine = context.state.machines.get(key)
  if (!machine || context.runtimes.of(key) !== runtime) return
  context.backoffs.ok(`machine:${key}`)
  if (!usable || !answering.has(machine.state)) return
  context.known.lookedAt.set(key, notAhead(context, began))
  if (machine.state !== 'ready') await becomeReady(context, machine)
  if (isMade(machine)) await noteEviction(context, key, runtime)
}

/** A machine that we made is used only once its bootstrap has run to its end. */
async function isUsable(machine: Machine, runtime: ContainerRuntime): Promise<boolean> {
  return machine.state !== 'booting' || !isMade(machine) || runtime.bootstrapped()
}

async function lookFailed(context: Context, key: string, error: unknown): Promise<void> {
  const machine = context.state.machines.get(key)
  if (!machine || !answering.has(machine.state)) return
  if (machine.state === 'booting' && isMade(machine)) {
    context.logger.debug({ err: error, machine: key }, 'engine does not answer yet')
    return
  }
  context.backoffs.fail(`machine:${key}`, error)
  await markUnreachable(context, machine, error instanceof Error ? error.message : String(error))
}

async function becomeReady(context: Context, machine: Machine): Promise<void> {
  const now = context.clock.wall()
  const first = isMade(machine) && machine.made.readyAt === undefined ? machine : undefined
  await context.state.commit([
    change('machine', machine, {
      state: 'ready',
      stateAt: now,
      seenAt: now,
      detail: undefined,
      ...(isMade(machine) && madeReady(context, machine, now)),
    }),
    journal(context, 'machine-ready', `machine:${machine.key}`, 'its engine answers', 'noted'),
    ...(first ? booted(first, now) : []),
  ])
  if (first) noteBooted(context, first, now)
}

function madeReady(context: Context, machine: MadeMachine, now: number): Partial<Machine> {
  const ready: MadeMachine = {
    ...machine,
    state: 'ready',
    made: { ...machine.made, readyAt: machine.made.readyAt ?? now },
  }
  return { made: ready.made, emptySince: emptinessOf(context, ready, false) }
}

function booted(machine: MadeMachine, now: number): Change[] {
  const setting = bootedSetting(machine, now)
  return setting ? [setting] : []
}

export async function markUnreachable(context: Context, machine: Machine, error: string): Promise<void> {
  if (machine.state === 'unreachable') return
  forgetImages(context, machine.key)
  await context.state.commit([
    change('machine', machine, { state: 'unreachable', stateAt: context.clock.wall(), detail: error }),
    journal(context, 'machine-unreachable', `machine:${machine.key}`, error, 'noted'),
  ])
}
