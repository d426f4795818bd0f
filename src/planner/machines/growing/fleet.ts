import type { Action } from '../../../domain/plan.ts'
import type { Resources } from '../../../domain/resources.ts'
import { roomOn } from '../../placing/rooms.ts'
import { pushTo, type Survey } from '../../survey.ts'
import type { Expectations } from '../awaiting/expectations.ts'
import { machinesOf, type ElasticFleet } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import { createBudget, type Budget } from './allowing/budget.ts'
import { chooseMachines } from './choosing/choose.ts'
import { fillOne, largestOf, shareOf, type Batch } from './choosing/fill.ts'
import type { Want } from './ask.ts'
import { fleetRefusal, type Prospect } from './allowing/offers.ts'
import { pointlessRefusal, unfitRefusal } from './allowing/refusing.ts'
import type { Refusal } from './allowing/refusal.ts'
import { createOrders, type Orders } from './orders.ts'
import { choiceWords, wantWords } from './words.ts'

/** How one fleet grows while a plan is made. */
export interface FleetGrowth {
  /** Machines for the wants; what gets none learns why. */
  serve(wants: readonly Want[]): void
  /** Machines ahead of any demand, each big enough for `wanted`. */
  keep(ahead: Ahead): void
  /** What is to be started again, and what is to be made. */
  actions(): readonly Action[]
}

export interface Ahead {
  readonly count: number
  readonly wanted: Resources
  readonly reason: string
  /** They are to be stopped once they are there: then a stopped one does not do, nor does Spot. */
  readonly toStop: boolean
}

export function createFleetGrowth(
  survey: Survey,
  fleet: ElasticFleet,
  expectations: Expectations,
  isLeaving: (machine: MadeMachine) => boolean,
): FleetGrowth {
  const budget = createBudget(survey, fleet)
  const orders = createOrders(survey, fleet, expectations)
  let stopped: readonly MadeMachine[] = stoppedMachines(survey, fleet).filter((machine) => !isLeaving(machine))

  return {
    actions: () => orders.actions,
    serve(wants) {
      const refused = fleetRefusal(survey, fleet)
      const open = largestFirst(wants, orders.prospects()).filter((want) => {
        const refusal = refused ?? pointlessRefusal(survey, fleet, want.ask)
        if (refusal) want.refusals.push(refusal)
        return !refusal
      })
      if (open.length === 0) return
      const started = startStopped(survey, stopped, open, budget, orders)
      stopped = started.left
      const limit = makeMachines(fleet, open, budget, orders)
      for (const want of open) {
        if (want.left === 0) continue
        want.refusals.push(limit ?? unfitRefusal(fleet, orders.prospects(), want.ask))
        if (started.refusal && started.refusal.code !== limit?.code) want.refusals.push(started.refusal)
      }
    },
    keep(ahead) {
      if (fleetRefusal(survey, fleet)) return
      for (let i = 0; i < ahead.count; i++) {
        const again = ahead.toStop ? undefined : stopped[0]
        if (again && !budget.start(again)) {
          stopped = stopped.slice(1)
          orders.start(again, [], [], ahead.reason)
          continue
        }
        const choices = usable(orders).filter(({ offer }) => !(ahead.toStop && offer.spot))
        const batch = { wanted: ahead.wanted, count: 1 }
        const pick = chooseMachines(fleet.elastic.choose, [batch], choices, Math.min(1, budget.most()))[0]
        if (!pick || budget.take(pick.choice.offer)) return
        orders.make({ ...pick, taken: [] }, [], ahead.reason)
      }
    },
  }
}

/**
 * The order in which machines are filled: what takes most of one comes first, and the small into what is left. Those
 * that need the same stand together.
 */
function largestFirst(wants: readonly Want[], prospects: readonly Prospect[]): Want[] {
  const yardstick = largestOf(prospects.map(({ allocatable }) => allocatable))
  const share = ({ ask }: Want) => shareOf(ask.wanted, yardstick)
  const kinds = new Map<string, Want[]>()
  for (const want of wants) pushTo(kinds, kindOf(want.ask.wanted), want)
  return [...wants]
    .sort((a, b) => share(b) - share(a))
    .flatMap((want) => {
      const kind = kindOf(want.ask.wanted)
      const alike = kinds.get(kind) ?? []
      kinds.delete(kind)
      return alike
    })
}

/** Those made from what is configured now; the others are to go. */
function stoppedMachines(survey: Survey, fleet: ElasticFleet): readonly MadeMachine[] {
  return machinesOf(survey, fleet.name)
    .filter(
      ({ state, cordon, key, made }) =>
        state === 'stopped' &&
        !cordon &&
        made.template === fleet.elastic.template &&
        !survey.backoffs.has(`machine:${key}`),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Stopped machines come first: they are there, and boot faster. Gives those that stay stopped, and what forbids it. */
function startStopped(
  survey: Survey,
  stopped: readonly MadeMachine[],
  wants: readonly Want[],
  budget: Budget,
  orders: Orders,
): { readonly left: readonly MadeMachine[]; readonly refusal?: Refusal } {
  let refusal: Refusal | undefined
  const left = stopped.filter((machine) => {
    const fitting = wants.filter(({ ask }) => machine.isolation !== 'unverified' || ask.pool.isolation.acceptUnverified)
    const { free, slots } = roomOn(survey, machine)
    const taken = fillOne(batchesOf(fitting), leftOf(fitting), free, slots)
    if (taken.every((count) => count === 0)) return true
    const refused = budget.start(machine)
    refusal ??= refused
    if (refused) return true
    orders.start(
      machine,
      fitting,
      taken,
      `${wantWords(fitting, taken)}: no machine has room, and ${machine.key} is stopped`,
    )
    return false
  })
  return { left, refusal }
}

/** Gives the limit that came in between, if one did. */
function makeMachines(
  { elastic }: ElasticFleet,
  wants: readonly Want[],
  budget: Budget,
  orders: Orders,
): Refusal | undefined {
  const picks = chooseMachines(elastic.choose, mergedBatches(wants), usable(orders), budget.most())
  let limit: Refusal | undefined
  for (const { choice } of picks) {
    limit = budget.take(choice.offer)
    if (limit) break
    const taken = fillOne(batchesOf(wants), leftOf(wants), choice.allocatable, choice.slots)
    const reason = `${wantWords(wants, taken)}: no machine has room; ${choiceWords(elastic.choose, choice.offer)}`
    orders.make({ choice, taken }, wants, reason)
  }
  if (!wants.some(({ left }) => left > 0)) return undefined
  limit ??= budget.refusal()
  if (limit && picks.length > 0) orders.cap(limit)
  return limit
}

/** Pools that need the same are one batch: the fewer there are, the further the search for the cheapest set gets. */
function mergedBatches(wants: readonly Want[]): Batch[] {
  const merged = new Map<string, Batch>()
  for (const { ask, left } of wants) {
    const id = kindOf(ask.wanted)
    merged.set(id, { wanted: ask.wanted, count: left + (merged.get(id)?.count ?? 0) })
  }
  return [...merged.values()]
}

function kindOf({ milliCpu, memory, disk }: Resources): string {
  return `${milliCpu} ${memory} ${disk}`
}

function usable(orders: Orders): Prospect[] {
  return orders.prospects().filter(({ refusal, most }) => !refusal && most > 0)
}

function batchesOf(wants: readonly Want[]) {
  return wants.map(({ ask, left }) => ({ wanted: ask.wanted, count: left }))
}

function leftOf(wants: readonly Want[]): number[] {
  return wants.map(({ left }) => left)
}
