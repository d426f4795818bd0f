import { roundDuration } from '../../kit/units.ts'
import { costBetween, type PriceInterval } from '../../domain/money.ts'
import { isStale } from '../../domain/offer.ts'
import type { Machine } from '../../domain/machine.ts'
import type { MachineView } from '../../domain/ports/operations.ts'
import { addResources, noResources } from '../../domain/resources.ts'
import type { Context } from '../context.ts'
import { fleetOf, isMade, offerOf, type MadeMachine } from '../machines/elastic.ts'

/** The machine with what is used of it, what it has cost, and when it goes. */
export function viewOfMachine(context: Context, machine: Machine): MachineView {
  const containers = [...context.state.containers.values()].filter((c) => c.machine === machine.key)
  const used = containers.reduce((sum, container) => addResources(sum, container.resources), noResources)
  const seenAt = context.known.lookedAt.get(machine.key) ?? machine.seenAt
  const agents = containers.filter((container) => container.agent).length
  const view = { ...machine, seenAt, agents, used }
  const bill = billOf(context, machine)
  return isMade(machine) ? { ...view, ...bill, goes: goesWhen(context, machine, agents) } : { ...view, ...bill }
}

/** What it costs and has cost, as far as that is known. */
export function billOf(
  context: Context,
  machine: Machine,
): Pick<MachineView, 'price' | 'cost' | 'priceAt' | 'priceStale'> {
  const price = priceOf(machine)
  const prices = pricesOf(machine)
  const [first] = prices
  if (!price || !first) return {}
  const { acceptedAt = first.from, goneAt = context.clock.wall() } = machine.made ?? {}
  const cost = costBetween(prices, acceptedAt, goneAt)
  return {
    price,
    ...(cost !== undefined && { cost: { nanos: String(cost), currency: price.currency } }),
    ...(isMade(machine) && priceAge(context, machine)),
  }
}

function priceAge(context: Context, machine: MadeMachine): Pick<MachineView, 'priceAt' | 'priceStale'> {
  const { priceAt } = offerOf(context, machine)
  return priceAt === undefined ? {} : { priceAt, priceStale: isStale(priceAt, context.clock.wall()) }
}

/** What it costs an hour now, if that is known. */
export function priceOf(machine: Machine): MachineView['price'] {
  const last = pricesOf(machine).at(-1)
  return last?.nanosPerHour === undefined ? undefined : { nanosPerHour: last.nanosPerHour, currency: last.currency }
}

function pricesOf({ made, prices }: Machine): readonly PriceInterval[] {
  return made?.prices ?? prices ?? []
}

/** When, or on what, a machine that we made goes: in words. */
export function goesWhen(context: Context, machine: MadeMachine, agents: number): string | undefined {
  const { state, made, cordon } = machine
  const elastic = fleetOf(context, machine.fleet)?.elastic
  const now = context.clock.wall()
  if (!elastic) return `its fleet ${machine.fleet} is not in the configuration: put it back, so that it can be deleted`
  if (state === 'deleting') return `now: ${made.endReason ?? 'not needed'}`
  if (state === 'creating' || state === 'booting')
    return `in ${left((made.acceptedAt ?? machine.stateAt) + elastic.bootTimeoutMs, now)} unless it is ready by then`
  if (cordon) return agents > 0 ? `when its ${agents} ${agents === 1 ? 'agent has' : 'agents have'} ended` : 'next'
  if (state === 'unreachable') return 'when its provider or its source says that nothing runs on it'
  if (state !== 'ready') return undefined
  const tooOld = machine.createdAt + elastic.maxAgeMs
  if (machine.emptySince === undefined || agents > 0)
    return tooOld <= now ? 'next' : `${left(tooOld, now)} at the latest, by its age`
  return `in ${left(Math.min(tooOld, machine.emptySince + elastic.idleTimeoutMs), now)} if nothing needs it`
}

function left(at: number, now: number): string {
  return roundDuration(at - now)
}
