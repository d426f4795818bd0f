import type { Agent } from '../../domain/agent.ts'
import type { Context } from '../context.ts'

/**
 * Whether a job may run in the agent, told without asking its machine: it is none only if it never had its secret, or
 * its source has said that its job is over, or has forgotten it while it had none.
 */
export function mayBeAtWork(context: Context, agent: Agent): boolean {
  if (agent.state === 'requested' || agent.state === 'ending') return false
  if (agent.jobDoneAt !== undefined) return false
  if (agent.state !== 'draining') return true
  // A source that has left the configuration has told us nothing.
  return !context.wanted().sources.has(agent.source)
}
