import type { Agent } from '../../domain/agent.ts'
import { costBetween, startOfDay } from '../../domain/money.ts'
import type { Change } from '../../domain/ports/store.ts'
import { journal, type Context } from '../context.ts'
import { endingChanges, gone } from '../effects/ending.ts'
import { change } from '../state.ts'
import { operationTarget, type MadeMachine } from './elastic.ts'
import { chargeToEnd, paidUntilOf } from '../metering/charge.ts'
import { noteSpent } from './money/spent.ts'

/** Nothing is left of it out there: its record ends, with all that was on it, and what it cost is kept. */
export async function endMachine(context: Context, machine: MadeMachine): Promise<void> {
  const now = context.clock.wall()
  const state = machine.made.failed ? 'failed' : 'gone'
  const reason = machine.made.endReason ?? 'deleted'
  const goneAt = endOf(context, machine)
  const made = { ...machine.made, operation: undefined, goneAt }
  // What it cost on earlier days was of their money.
  const spent = costBetween(made.prices, startOfDay(now), paidUntilOf(context, machine, goneAt)) ?? 0n
  await context.state.commit([
    change('machine', machine, { state, stateAt: now, made }),
    ...lostAgents(context, machine, reason),
    ...lostStandbys(context, machine.key),
    ...chargeToEnd(context, { ...machine, made }, goneAt),
    journal(context, 'delete-machine', `machine:${machine.key}`, reason, 'done'),
  ])
  noteSpent(context, machine.fleet, spent)
  forgetMachine(context, machine.key)
}

/**
 * From the first listing on that lacked it, it cost no more. What is charged has been: the clock may have been set back
 * since.
 */
function endOf({ clock, state, known }: Context, { key, made }: MadeMachine): number {
  const now = clock.wall()
  const goneAt = Math.min(now, known.sightings.missingSince.get(key) ?? now)
  return Math.max(goneAt, state.meters.get(key) ?? made.acceptedAt ?? goneAt)
}

/** Agents that went down with their machine. */
export function lostAgents(context: Context, machine: MadeMachine, reason: string): Change[] {
  const kind = machine.made.eviction ? 'evicted' : 'host-lost'
  return agentsOn(context, machine.key)
    .filter((agent) => agent.state !== 'ending')
    .flatMap((agent) => endingChanges(context, agent, { kind, detail: `machine ${machine.key}: ${reason}` }))
}

export function agentsOn(context: Context, machine: string): Agent[] {
  return [...context.state.agents.values()].filter((agent) => agent.machine === machine)
}

export function lostStandbys(context: Context, machine: string): Change[] {
  return [...context.state.containers.values()]
    .filter((container) => container.machine === machine && !container.agent)
    .map((container) => gone(context, container))
}

/** Nothing is kept in memory of a machine that is over. */
export function forgetMachine(context: Context, key: string): void {
  const { known, runtimes, backoffs } = context
  const { tried, following, deletedAt, missingSince, touched, agentsBegun } = known.sightings
  runtimes.forget(key)
  for (const marks of [tried, following, deletedAt, missingSince, touched, agentsBegun, known.lookedAt])
    marks.delete(key)
  forgetImages(context, key)
  backoffs.ok(`machine:${key}`)
  backoffs.ok(operationTarget(key))
}

export function forgetImages(context: Context, machine: string): void {
  for (const image of context.known.images) if (image.startsWith(`${machine}/`)) context.known.images.delete(image)
}
