import type { Agent } from '../../domain/agent.ts'
import { NotFound } from '../../domain/errors.ts'
import { scopeTarget } from '../backoff-targets.ts'
import { journal, type Context } from '../context.ts'
import { beginJob } from './fixed-job.ts'
import { dismissedExit, endingChanges } from './ending.ts'
import { change } from '../state.ts'

/**
 * Asks the source to forget an idle agent (rule 7). Whatever shows a job calls it off; once the source has forgotten
 * it, no new job can reach it, and it drains.
 */
export async function dismissAgent(context: Context, key: string): Promise<void> {
  const agent = context.state.agents.get(key)
  const source = agent && context.wanted().sources.get(agent.source)
  if (agent?.state !== 'dismissing') return
  if ((await activityOf(context, agent)) === 'running') return settle(context, key, 'running', 'it is at work')
  if (!source) return settle(context, key, 'draining', 'its source left the configuration')
  try {
    const answer = await dismissAll(context, agent, key)
    context.backoffs.ok(scopeTarget(agent))
    if (answer === 'busy') await settle(context, key, 'running', 'the source says that it has a job')
    else if (source.agentsStay) await endNow(context, key)
    else await settle(context, key, 'draining', agent.endReason ?? 'dismissed')
  } catch (error) {
    context.logger.warn({ err: error, agent: key }, 'dismissal failed')
    context.backoffs.fail(scopeTarget(agent), error)
  }
}

/** Its source vouches for it: nothing runs in it, and nothing can come to it any more. */
async function endNow(context: Context, key: string): Promise<void> {
  const agent = context.state.agents.get(key)
  if (agent?.state !== 'dismissing') return
  context.known.quietSince.delete(key)
  await context.state.commit(endingChanges(context, agent, dismissedExit(context, agent)))
}

/** An agent may have left registrations of several tries; it is gone only when all are. */
async function dismissAll(context: Context, agent: Agent, key: string): Promise<'gone' | 'busy'> {
  const source = context.wanted().sources.get(agent.source)
  for (const registration of context.state.registrations.values()) {
    if (registration.agent !== key || !source) continue
    if ((await source.dismiss(registration)) === 'busy') return 'busy'
    const current = context.state.registrations.get(registration.key)
    if (current) await context.state.commit([change('registration', current, { state: 'gone' })])
  }
  return 'gone'
}

async function activityOf(context: Context, agent: Agent): Promise<'idle' | 'running' | 'unknown'> {
  const runtime = context.runtimes.of(agent.machine)
  if (!runtime) return 'unknown'
  try {
    return await runtime.activity(agent.key)
  } catch (error) {
    // Not there: nothing runs. No answer: the source alone decides.
    return error instanceof NotFound ? 'idle' : 'unknown'
  }
}

async function settle(context: Context, key: string, state: 'running' | 'draining', reason: string): Promise<void> {
  const agent = context.state.agents.get(key)
  if (agent?.state !== 'dismissing') return
  context.known.quietSince.delete(key)
  await context.state.commit([
    change('agent', agent, { state, stateAt: context.clock.wall() }),
    ...(state === 'running' ? beginJob(context, agent) : []),
    journal(context, 'dismiss-agent', `agent:${key}`, reason, state === 'draining' ? 'done' : 'failed'),
  ])
}
