import type { Agent } from '../../domain/agent.ts'
import type { Change } from '../../domain/ports/store.ts'
import { journal, type Context } from '../context.ts'
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
