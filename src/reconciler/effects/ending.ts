import type { Agent, AgentExit, Container } from '../../domain/agent.ts'
import type { Change } from '../../domain/ports/store.ts'
import { journal, poolOf, type Context } from '../context.ts'
import { change } from '../state.ts'

/** From here on the agent only has to be cleared away. `by`: who wants that, where it is a person. */
export function endingChanges(
  context: Context,
  agent: Agent,
  exit: NonNullable<Agent['exit']>,
  endReason = exit.detail,
  by?: string,
): Change[] {
  const patch: Partial<Agent> = { state: 'ending', stateAt: context.clock.wall(), exit, endReason }
  return [
    change('agent', agent, patch),
    journal(context, 'end-agent', `agent:${agent.key}`, endReason || exit.kind, 'intended', by),
  ]
}

/** How an agent ends that its source has forgotten. */
export function dismissedExit(context: Context, agent: Agent): AgentExit {
  if (agent.jobDoneAt !== undefined) return { kind: 'finished', detail: agent.endReason ?? '' }
  const timeout = poolOf(context, agent.pool)?.registerTimeoutMs ?? 0
  const overdue = agent.activatedAt !== undefined && agent.stateAt >= agent.activatedAt + timeout
  const kind = !agent.registered && overdue ? 'never-registered' : 'dismissed'
  return { kind, detail: agent.endReason ?? '' }
}

/** Nothing is left of the container. */
export function gone(context: Context, container: Container): Change {
  return change('container', container, { state: 'gone', goneAt: context.clock.wall() })
}
