import type { Action } from '../../../domain/plan.ts'
import { elasticFleet, isOverdue } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import type { Survey } from '../../survey.ts'

/** What the rules look at besides the machine: for some of them, whose turn it is was settled before. */
export interface Shrinking {
  readonly survey: Survey
  /** Nothing of ours is on it, as far as anybody knows. */
  readonly isEmpty: (machine: MadeMachine) => boolean
  /** Machines beyond their fleet's limit. */
  readonly beyond: ReadonlySet<string>
  /** Machines made from another template whose turn it is. */
  readonly outdated: ReadonlySet<string>
}

/** The same, with what only the whole plan shows: who is needed. */
export interface Saving extends Shrinking {
  /** Machines that nobody has needed for long enough, with the words; `stop` when they are to be kept stopped. */
  readonly idle: ReadonlyMap<string, { readonly reason: string; readonly stop: boolean }>
  /** Machines whose remaining containers would fit elsewhere, with the words. */
  readonly mergeable: ReadonlyMap<string, string>
}

/** One reason for a machine to go: what is done about it, or undefined if it does not apply. */
export type Rule<C> = (machine: MadeMachine, context: C) => Action | undefined

/*
 * In this order, the first that applies names the reason. A machine is cordoned first, and deleted once nothing is on
 * it: none of the rules ends an agent (rule 7). That its engine does not answer is no reason at all.
 */

/** Reasons that stay, whoever needs the machine. */
export const lastingRules: readonly Rule<Shrinking>[] = [
  failed,
  leaving,
  evicted,
  overAge,
  overUse,
  overMaximum,
  drifted,
]

/** Reasons that are over as soon as somebody needs the machine. */
export const savingRules: readonly Rule<Saving>[] = [idle, nearlyEmpty]

/** It should be ready by now: another place is tried. */
export function failed(machine: MadeMachine, { survey }: Shrinking): Action | undefined {
  if (!isOverdue(survey, machine)) return undefined
  const seconds = Math.round((elasticFleet(survey, machine.fleet)?.elastic.bootTimeoutMs ?? 0) / 1000)
  const reason = `it was not ready within ${seconds} s (${machine.detail ?? machine.state})`
  return { kind: 'delete-machine', machine: machine.key, failed: true, reason }
}

/** The service is leaving for good (`--drain`). */
function leaving(machine: MadeMachine, { survey }: Shrinking): Action | undefined {
  return survey.snapshot.draining ? cordon(machine, 'Slipway is draining') : undefined
}

/** Its provider takes it back. */
function evicted(machine: MadeMachine): Action | undefined {
  const { eviction } = machine.made
  return eviction && cordon(machine, `its provider takes it back: ${eviction.detail}`)
}

/** Machines grow stale. */
function overAge(machine: MadeMachine, { survey }: Shrinking): Action | undefined {
  const maxAge = elasticFleet(survey, machine.fleet)?.elastic.maxAgeMs ?? Infinity
  return machine.createdAt + maxAge <= survey.now ? cordon(machine, 'it reached its maximum age') : undefined
}

/** Jobs leave traces. It has no slot left by then, and its last agents still get their jobs. */
function overUse(machine: MadeMachine, { survey, isEmpty }: Shrinking): Action | undefined {
  const most = elasticFleet(survey, machine.fleet)?.elastic.maxAgents ?? Infinity
  return machine.agentsHad >= most && isEmpty(machine)
    ? cordon(machine, `it has had its most agents, ${most}`)
    : undefined
}

/** Its fleet may have fewer machines than it has, or makes none any more. */
function overMaximum(machine: MadeMachine, { survey, beyond }: Shrinking): Action | undefined {
  const fleet = elasticFleet(survey, machine.fleet)
  if (!fleet) return cordon(machine, `the configuration has no fleet ${machine.fleet} that makes machines`)
  if (!beyond.has(machine.key)) return undefined
  return cordon(machine, `fleet ${fleet.name} may have ${fleet.limits.machines} machines`)
}

/** It was made from something else than machines are made from now. */
function drifted(machine: MadeMachine, { survey, outdated }: Shrinking): Action | undefined {
  if (!isDrifted(survey, machine) || !(machine.cordon || outdated.has(machine.key))) return undefined
  return cordon(machine, `fleet ${machine.fleet} makes its machines from another template now`)
}

export function isDrifted(survey: Survey, machine: MadeMachine): boolean {
  const template = elasticFleet(survey, machine.fleet)?.elastic.template
  return template !== undefined && template !== machine.made.template
}

/** Nobody has needed it for the fleet's timeout. */
function idle(machine: MadeMachine, context: Saving): Action | undefined {
  const found = context.idle.get(machine.key)
  if (!found) return undefined
  return found.stop
    ? { kind: 'stop-machine', machine: machine.key, reason: found.reason }
    : cordon(machine, found.reason)
}

/** What is left on it would fit elsewhere. */
function nearlyEmpty(machine: MadeMachine, { mergeable }: Saving): Action | undefined {
  const reason = mergeable.get(machine.key)
  return reason === undefined ? undefined : cordon(machine, reason)
}

function cordon({ key }: MadeMachine, reason: string): Action {
  return { kind: 'cordon-machine', machine: key, reason }
}

/** Whether a machine goes whoever needs it. */
export function goesForGood(machine: MadeMachine, context: Shrinking): boolean {
  return lastingRules.some((rule) => rule(machine, context) !== undefined)
}
