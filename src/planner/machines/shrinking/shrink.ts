import type { Action } from '../../../domain/plan.ts'
import type { Rooms } from '../../placing/rooms.ts'
import type { MadeMachine } from '../made.ts'
import { findMergeable } from './consolidation.ts'
import { findIdle } from './idle.ts'
import type { Recalls } from './recalls.ts'
import { failed, lastingRules, savingRules, type Saving, type Shrinking } from './rules.ts'

/** Who needs machines, as the rest of the plan has it. */
export interface Needs {
  /** Something is started or expected on the machine, or it is to be started itself. */
  readonly isNeeded: (machine: string) => boolean
  /** Jobs wait for room in the fleet. */
  readonly isCrowded: (fleet: string) => boolean
}

/** Machines that go, by the first rule that says so; those given by hand are never touched. */
export function shrink(shrinking: Shrinking, rooms: Rooms, recalls: Recalls, needs: Needs): Action[] {
  const { survey } = shrinking
  if (survey.madeBy.size === 0) return []
  const saving: Saving = {
    ...shrinking,
    idle: findIdle(shrinking, needs.isNeeded),
    mergeable: findMergeable(survey, rooms, needs.isNeeded, needs.isCrowded),
  }
  const actions = [...survey.madeBy.values()].flat().flatMap((machine) => {
    if (machine.state === 'deleting' || machine.state === 'stopping') return []
    const action = machine.cordon ? ofCordoned(machine, shrinking, recalls) : ofOpen(machine, saving)
    return action ? [action] : []
  })
  return [...recalls.actions(), ...actions]
}

function ofOpen(machine: MadeMachine, context: Saving): Action | undefined {
  for (const rule of lastingRules) {
    const action = rule(machine, context)
    if (action) return action
  }
  for (const rule of savingRules) {
    const action = rule(machine, context)
    if (action) return action
  }
  return undefined
}

/**
 * A cordoned machine is deleted once nothing is on it: if a rule has cordoned it, or a person who wants it deleted. One
 * that a person only drained stays.
 */
function ofCordoned(machine: MadeMachine, context: Shrinking, recalls: Recalls): Action | undefined {
  const overdue = failed(machine, context)
  if (overdue) return overdue
  const { cordon, made, key } = machine
  const mayGo = cordon?.by === 'rule' || made.endReason !== undefined
  if (!cordon || !mayGo || recalls.has(key) || !context.isEmpty(machine)) return undefined
  return { kind: 'delete-machine', machine: key, failed: false, reason: cordon.reason }
}
