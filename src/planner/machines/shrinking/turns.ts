import type { Loads } from '../../placing/rooms.ts'
import type { Survey } from '../../survey.ts'
import { elasticFleet } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import { isDrifted, type Shrinking } from './rules.ts'

/** Settles before the rules are asked which machines it hits where a fleet has a number to keep. */
export function beginShrinking(survey: Survey, loads: Loads): Shrinking {
  const occupied = occupiedMachines(survey)
  const load = (machine: MadeMachine) => loads.get(machine.key)?.count ?? 0
  const beyond = new Set<string>()
  const outdated = new Set<string>()
  for (const [name, machines] of survey.madeBy) {
    const fleet = elasticFleet(survey, name)
    if (!fleet) continue
    const ranked = [...machines].sort((a, b) => load(a) - load(b) || (a.key < b.key ? -1 : 1))
    for (const machine of beyondLimit(ranked, fleet.limits.machines)) beyond.add(machine.key)
    for (const machine of turnsOfDrift(survey, ranked, fleet.elastic.driftBudget)) outdated.add(machine.key)
  }
  return {
    survey,
    beyond,
    outdated,
    isEmpty: (machine) => load(machine) === 0 && !occupied.has(machine.key),
  }
}

/** An agent's container may be gone before its record is. */
function occupiedMachines(survey: Survey): Set<string> {
  if (survey.madeBy.size === 0) return new Set()
  return new Set([...survey.lanes.values()].flatMap((agents) => agents.map(({ machine }) => machine)))
}

/** Those that go anyway come first, then the emptiest. */
function beyondLimit(emptiestFirst: readonly MadeMachine[], limit: number): readonly MadeMachine[] {
  const tooMany = emptiestFirst.length - limit
  if (tooMany <= 0) return []
  const going = emptiestFirst.filter((machine) => isGoing(machine))
  const staying = emptiestFirst.filter((machine) => !isGoing(machine))
  return [...going, ...staying].slice(0, tooMany)
}

/** One by one, as many at a time as the budget says; those on their way out take part of it. */
function turnsOfDrift(survey: Survey, emptiestFirst: readonly MadeMachine[], budget: number): readonly MadeMachine[] {
  const drifted = emptiestFirst.filter((machine) => isDrifted(survey, machine))
  const going = drifted.filter((machine) => isGoing(machine))
  const staying = drifted.filter((machine) => !isGoing(machine))
  return staying.slice(0, Math.max(0, budget - going.length))
}

function isGoing({ cordon, state }: MadeMachine): boolean {
  return cordon !== undefined || state === 'deleting'
}
