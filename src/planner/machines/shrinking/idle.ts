import type { Survey } from '../../survey.ts'
import { paidRestMs } from '../growing/allowing/spending.ts'
import { elasticFleet, machinesOf, type ElasticFleet } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import type { Shrinking } from './rules.ts'

/** How shortly before the end of a paid hour an empty machine goes. */
const beforeHourMs = 300_000

interface Idle {
  readonly reason: string
  readonly stop: boolean
}

/** Machines that nobody needs any more: those beyond `warm.machines` and `warm.stopped`, the longest empty first. */
export function findIdle(context: Shrinking, isNeeded: (machine: string) => boolean): Map<string, Idle> {
  const { survey } = context
  const found = new Map<string, Idle>()
  for (const name of survey.madeBy.keys()) {
    const fleet = elasticFleet(survey, name)
    if (!fleet) continue
    const machines = machinesOf(survey, name).filter(({ key, cordon }) => !cordon && !isNeeded(key))
    const stopped = machines.filter(({ state }) => state === 'stopped').sort(byKey)
    for (const { key } of stopped.slice(fleet.elastic.warm.stopped))
      found.set(key, { reason: `warm.stopped keeps only ${fleet.elastic.warm.stopped}`, stop: false })
    let wanted = fleet.elastic.warm.stopped - countStopped(survey, name)
    for (const machine of spareMachines(context, fleet, machines)) {
      const stop = wanted > 0 && isWorthKeeping(machine)
      const reason = idleReason(survey, fleet, machine, stop)
      if (reason === undefined) continue
      if (stop) wanted--
      found.set(machine.key, { reason, stop })
    }
  }
  return found
}

/** Empty ones, the longest empty first, those that stay warm left out. One that does not answer keeps nobody warm. */
function spareMachines(context: Shrinking, fleet: ElasticFleet, machines: readonly MadeMachine[]): MadeMachine[] {
  const empty = machines.filter(context.isEmpty).sort((a, b) => emptyFrom(a) - emptyFrom(b) || byKey(a, b))
  const ready = empty.filter(({ state }) => state === 'ready')
  const spare = ready.slice(0, Math.max(0, ready.length - fleet.elastic.warm.machines))
  return [...empty.filter(({ state }) => state === 'unreachable'), ...spare]
}

function isWorthKeeping({ state, made, isolation }: MadeMachine): boolean {
  return state === 'ready' && !made.spot && isolation !== 'unverified'
}

function countStopped(survey: Survey, fleet: string): number {
  return machinesOf(survey, fleet).filter(
    ({ state, cordon }) => !cordon && (state === 'stopped' || state === 'stopping'),
  ).length
}

/** In words, once its time is over. */
function idleReason(survey: Survey, fleet: ElasticFleet, machine: MadeMachine, stop: boolean): string | undefined {
  const { emptySince, agentsHad, made, state } = machine
  if (emptySince === undefined) return undefined
  const kept = `warm.stopped keeps ${fleet.elastic.warm.stopped}`
  // Made to be stopped: there is nothing to wait for.
  if (stop && agentsHad === 0) return `nobody needs it, and ${kept}`
  // What happened since the last look is not known: a deadline acts only on a newer one (rule 13).
  const seenAt = state === 'ready' ? (survey.snapshot.looks.machines.get(machine.key) ?? -Infinity) : survey.now
  if (emptySince + fleet.elastic.idleTimeoutMs > Math.min(seenAt, survey.now)) return undefined
  const paid = paidRestMs(survey.now, made.acceptedAt ?? machine.createdAt)
  if (fleet.elastic.billing === 'hour' && paid > beforeHourMs) return undefined
  const reason = `nothing has run on it for ${Math.round((survey.now - emptySince) / 1000)} s`
  return stop ? `${reason}, and ${kept}` : reason
}

function emptyFrom(machine: MadeMachine): number {
  return machine.emptySince ?? Infinity
}

function byKey(a: MadeMachine, b: MadeMachine): number {
  return a.key < b.key ? -1 : 1
}
