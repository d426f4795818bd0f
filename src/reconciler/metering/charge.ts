import type { Machine } from '../../domain/machine.ts'
import type { MachineSpan } from '../../domain/ports/ledger.ts'
import type { Change } from '../../domain/ports/store.ts'
import type { Context } from '../context.ts'
import { fleetOf } from '../machines/elastic.ts'
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

/** An hour that was begun is paid to its end where hours are billed, and a minimum is paid however soon it goes. */
export function paidUntilOf(context: Context, { fleet, made }: Machine, goneAt: number): number {
  const elastic = fleetOf(context, fleet)?.elastic
  const { acceptedAt } = made ?? {}
  if (acceptedAt === undefined || !elastic) return goneAt
  const leastMs = Math.max(goneAt - acceptedAt, elastic.minimumChargeMs ?? 0)
  const paidMs = elastic.billing === 'hour' ? Math.ceil(leastMs / hourMs) * hourMs : leastMs
  return acceptedAt + paidMs
}

function charge(
  context: Context,
  machine: Machine,
  span: Pick<MachineSpan, 'from' | 'until' | 'paidUntil' | 'heldEmpty'>,
  meter: number | null,
): Change[] {
  const { key, fleet, allocatable, made, prices = made?.prices } = machine
  const bodies = [...(context.known.metering.bodies.get(key)?.values() ?? [])]
  const holders = bodies.map((body) => holderOf(context, body)).filter((holder) => holder !== undefined)
  const phases = phasesOf(context, machine)
  const whole = { machine: key, fleet, allocatable, prices: prices ?? [], phases, holders, ...span }
  // One given by hand costs from when its price was stated.
  const since = made ? span.from : Math.min(span.until, Math.max(span.from, prices?.[0]?.from ?? 0))
  return [
    ...runChanges(context, machine, bodies, span.from, span.until),
    {
      kind: 'charges',
      charges: prices ? context.ledger.charge({ ...whole, from: since }) : [],
      meter: { machine: key, from: context.state.meters.get(key) ?? null, until: meter },
    },
  ]
}
