import type { Machine } from '../../domain/machine.ts'
import type { MachineSpan } from '../../domain/ports/ledger.ts'
import type { Change } from '../../domain/ports/store.ts'
import type { Context } from '../context.ts'
import { fleetOf } from '../machines/elastic.ts'
import type { Body } from './metering.ts'
import { phasesOf } from './phases.ts'
import { runChanges } from './runs.ts'
import { holderOf } from './uses.ts'

const hourMs = 3_600_000

/** Since when the machine costs, as far as that is not charged; undefined for one that does not cost yet. */
export function chargedUntil({ state, clock }: Context, { key, made }: Machine): number | undefined {
  return state.meters.get(key) ?? (made ? made.acceptedAt : clock.wall())
}

/** To be committed: what the machine cost until then, and who used it. */
export function chargeUntil(context: Context, machine: Machine, until: number, heldEmpty: boolean): Change[] {
  const from = chargedUntil(context, machine)
  if (from === undefined || until < from) return []
  if (until === from && context.state.meters.has(machine.key)) return []
  return charge(context, machine, { from, until, heldEmpty }, until)
}

/**
 * To be committed with the end of a machine: what it cost to its very end. With the end, so that it is charged once
 * whenever we die.
 */
export function chargeToEnd(context: Context, machine: Machine, goneAt: number): Change[] {
  const from = chargedUntil(context, machine)
  if (from === undefined) return []
  const paidUntil = paidUntilOf(context, machine, goneAt)
  return charge(context, machine, { from, until: Math.max(from, goneAt), paidUntil, heldEmpty: false }, null)
}

/** An hour that was begun is paid to its end where hours are billed. */
export function paidUntilOf(context: Context, { fleet, made }: Machine, goneAt: number): number {
  const { acceptedAt } = made ?? {}
  if (acceptedAt === undefined || fleetOf(context, fleet)?.elastic?.billing !== 'hour') return goneAt
  return acceptedAt + Math.ceil((goneAt - acceptedAt) / hourMs) * hourMs
}

function charge(
  context: Context,
  machine: Machine,
  span: Pick<MachineSpan, 'from' | 'until' | 'paidUntil' | 'heldEmpty'>,
  meter: number | null,
): Change[] {
  const { key, fleet, allocatable, made } = machine
  const bodies = [...(context.known.metering.bodies.get(key)?.values() ?? [])]
  const holders = bodies.map((body: Body) => holderOf(context, body)).filter((holder) => holder !== undefined)
  const phases = phasesOf(context, machine)
  const whole = { machine: key, fleet, allocatable, prices: made?.prices ?? [], phases, holders, ...span }
  return [
    ...runChanges(context, machine, bodies, span.from, span.until),
    {
      kind: 'charges',
      charges: made ? context.ledger.charge(whole) : [],
      meter: { machine: key, from: context.state.meters.get(key) ?? null, until: meter },
    },
  ]
}
