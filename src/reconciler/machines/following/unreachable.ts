import type { Agent } from '../../../domain/agent.ts'
import type { Change } from '../../../domain/ports/store.ts'
import { journal, type Context } from '../../context.ts'
import { change } from '../../state.ts'
import { mayBeAtWork } from '../at-work.ts'
import { elasticOf, fleetOf, isMade, type MadeMachine } from '../elastic.ts'
import { agentsOn, lostAgents } from '../ended.ts'

/** Between two questions about an agent that its source called busy. */
const askAgainMs = 60_000

/**
 * Machines that have not answered for as long as a boot may take. Silence alone ends nothing, for what runs behind a
 * partition goes on: the source is asked to forget the agents that have no job there. Once it says of every one that
 * none has, the machine is replaced.
 */
export async function giveUpUnreachable(context: Context): Promise<void> {
  for (const machine of [...context.state.machines.values()].filter(isMade)) {
    if (!isOverdue(context, machine)) continue
    const agents = agentsOn(context, machine.key)
    const idle = agents.filter((agent) => isForSource(context, agent))
    if (idle.length > 0) await context.state.commit(idle.flatMap((agent) => dismissing(context, machine, agent)))
    else if (!agents.some((agent) => mayBeAtWork(context, agent)))
      await context.state.commit(replacing(context, machine))
  }
}

/** Its source can tell whether it has a job; of an agent that is its job's own, only its machine can. */
function isForSource(context: Context, { state, source, job, stateAt }: Agent): boolean {
  if (context.wanted().sources.get(source)?.binding !== 'free') return false
  // Said to be at work, and nobody ever told on what: it may have ended unseen.
  const nameless = state === 'running' && job === undefined && stateAt + askAgainMs <= context.clock.wall()
  return state === 'idle' || state === 'activating' || nameless
}

/** Counted from a failed look of this process: a record of before the restart says nothing of now. */
function isOverdue(context: Context, machine: MadeMachine): boolean {
  const timeout = fleetOf(context, machine.fleet)?.elastic?.bootTimeoutMs
  if (machine.state !== 'unreachable' || timeout === undefined || !elasticOf(context, machine.fleet)) return false
  const seen = context.known.sightings.tried.has(machine.key)
  return seen && machine.stateAt + timeout <= context.clock.wall()
}

function dismissing(context: Context, machine: MadeMachine, agent: Agent): Change[] {
  const endReason = `machine ${machine.key} does not answer`
  return [
    change('agent', agent, { state: 'dismissing', stateAt: context.clock.wall(), endReason }),
    journal(context, 'dismiss-agent', `agent:${agent.key}`, endReason, 'intended'),
  ]
}

function replacing(context: Context, machine: MadeMachine): Change[] {
  const now = context.clock.wall()
  const minutes = Math.round((now - machine.stateAt) / 60_000)
  const reason = `it has not answered for ${minutes} min, and no job runs on it, says its source`
  const made = { ...machine.made, operation: undefined, failed: true, endReason: reason }
  return [
    change('machine', machine, { state: 'deleting', stateAt: now, detail: reason, made }),
    ...lostAgents(context, machine, reason),
    journal(context, 'delete-machine', `machine:${machine.key}`, reason, 'intended'),
  ]
}
