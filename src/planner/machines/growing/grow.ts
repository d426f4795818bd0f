import type { Action } from '../../../domain/plan.ts'
import type { Survey } from '../../survey.ts'
import type { Expectations } from '../awaiting/expectations.ts'
import { elasticFleet } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import type { Answer, Ask, Want } from './ask.ts'
import { createFleetGrowth, type FleetGrowth } from './fleet.ts'
import { holdOf } from './allowing/refusal.ts'

/** Machines for what has no room (rule 8: containers before machines), within the limits of their fleets (rule 9). */
export interface Growth {
  /** The answers to each ask together count as many as it does. */
  ask(asks: readonly Ask[]): ReadonlyMap<Ask, readonly Answer[]>
  fleet(name: string): FleetGrowth | undefined
  actions(): Action[]
}

export function createGrowth(
  survey: Survey,
  expectations: Expectations,
  isLeaving: (machine: MadeMachine) => boolean,
): Growth {
  const fleets = new Map<string, FleetGrowth>()

  function growthOf(name: string): FleetGrowth | undefined {
    const fleet = elasticFleet(survey, name)
    const growth = fleets.get(name) ?? (fleet && createFleetGrowth(survey, fleet, expectations, isLeaving))
    if (growth) fleets.set(name, growth)
    return growth
  }

  return {
    fleet: growthOf,
    ask(asks) {
      const wants = asks.map((ask) => ({ ask, left: ask.count, answers: [], refusals: [] }))
      for (const level of byPriority(wants)) growLevel(level, growthOf)
      return new Map(wants.map((want) => [want.ask, answersOf(want)]))
    },
    actions: () => [...fleets.values()].flatMap((growth) => growth.actions()),
  }
}

/** Higher priorities first: under a limit they are the ones that get machines. */
function byPriority(wants: readonly Want[]): Want[][] {
  const priorities = [...new Set(wants.map(({ ask }) => ask.pool.priority))].sort((a, b) => b - a)
  return priorities.map((priority) => wants.filter(({ ask }) => ask.pool.priority === priority))
}

/** Each pool's first fleet, then, for what that refused, its second, and so on. */
function growLevel(wants: readonly Want[], growthOf: (fleet: string) => FleetGrowth | undefined): void {
  const deepest = Math.max(...wants.map(({ ask }) => ask.pool.fleets.length))
  for (let rank = 0; rank < deepest; rank++) {
    const open = wants.filter(({ left, ask }) => left > 0 && ask.pool.fleets[rank] !== undefined)
    for (const name of new Set(open.map(({ ask }) => ask.pool.fleets[rank] ?? ''))) {
      const ofFleet = open.filter(({ ask }) => ask.pool.fleets[rank] === name)
      growthOf(name)?.serve(ofFleet)
    }
  }
}

function answersOf({ ask, left, answers, refusals }: Want): Answer[] {
  if (left === 0) return answers
  return [...answers, { hold: holdOf(ask.pool, refusals), boots: false, count: left }]
}
