import type { Agent } from '../../domain/agent.ts'
import type { Action } from '../../domain/plan.ts'
import type { Lane } from '../lane.ts'
import { isComing, scopeKey, type Survey } from '../survey.ts'
import { staleStandbys } from './standbys.ts'
import { scopeProblem } from '../demand/width.ts'

/** What the rules look at besides the agent. */
interface Context {
  readonly survey: Survey
  readonly surplus: ReadonlySet<string>
}

/** One reason to dismiss an idle agent: the words, or undefined if it does not apply. */
type Rule = (agent: Agent, context: Context) => string | undefined

/** How long an agent may outlive its job before it is asked to go. */
const lingerMs = 300_000

/** How long one that does not end by itself is left alone after its source has called it busy. */
const askAgainMs = 5000

/** In this order, the first that applies names the reason. None of them ends an agent that is at work (rule 7). */
export const dismissalRules: readonly Rule[] = [
  leaving,
  cordoned,
  poolGone,
  scopeTooWide,
  neverRegistered,
  tooOld,
  notNeeded,
]

/** The service is leaving for good (`--drain`). */
function leaving(_agent: Agent, { survey }: Context): string | undefined {
  return survey.snapshot.draining ? 'Slipway is draining' : undefined
}

/** Its machine takes no more work. */
function cordoned(agent: Agent, { survey }: Context): string | undefined {
  const cordon = survey.machines.get(agent.machine)?.cordon
  return cordon && `machine ${agent.machine} is cordoned: ${cordon.reason}`
}

/** No pool would make such an agent today. */
function poolGone(agent: Agent, { survey }: Context): string | undefined {
  return survey.pools.has(agent.pool) ? undefined : `pool ${agent.pool} is no longer in the configuration`
}

/** The scope now admits more than the pool allows. */
function scopeTooWide(agent: Agent, { survey }: Context): string | undefined {
  const pool = survey.pools.get(agent.pool)
  const scope = survey.scopes.get(scopeKey(agent.source, agent.scope))
  if (!pool) return undefined
  if (!scope) return `scope ${agent.scope} is no longer in the configuration`
  return scope.width && scopeProblem(scope, pool)
}

/** Activated, and never heard of again: not even by a reading that began after its time was over. */
function neverRegistered(agent: Agent, { survey }: Context): string | undefined {
  const timeout = survey.pools.get(agent.pool)?.registerTimeoutMs ?? 0
  const readAt = survey.snapshot.looks.registrations.get(scopeKey(agent.source, agent.scope)) ?? -Infinity
  const overdue = !agent.registered && agent.activatedAt !== undefined && agent.activatedAt + timeout <= readAt
  return overdue ? `it did not register within ${Math.round(timeout / 1000)} s` : undefined
}

/** Registrations and images grow stale. */
function tooOld(agent: Agent, { survey }: Context): string | undefined {
  const maxAge = survey.pools.get(agent.pool)?.maxAgeMs ?? Infinity
  return agent.createdAt + maxAge <= survey.now ? 'it reached its maximum age' : undefined
}

/** Nobody waits for it, and it has been idle for its pool's timeout. */
function notNeeded(agent: Agent, { survey, surplus }: Context): string | undefined {
  if (!surplus.has(agent.key)) return undefined
  const timeout = survey.pools.get(agent.pool)?.idleTimeoutMs ?? 0
  return agent.stateAt + timeout <= survey.now
    ? `no job needed it for ${Math.round((survey.now - agent.stateAt) / 1000)} s`
    : undefined
}

/** `taken`: standby containers that this plan already gives to agents, or removes. */
export function scaleDown(survey: Survey, lanes: readonly Lane[], taken: ReadonlySet<string>): Action[] {
  const context = { survey, surplus: findSurplus(survey, lanes) }
  const actions: Action[] = []
  for (const agents of survey.lanes.values())
    for (const agent of agents) {
      const action = endOfJob(agent, survey) ?? dismissal(agent, context) ?? lingering(agent, survey)
      if (action) actions.push(action)
    }
  return [...actions, ...staleStandbys(survey, taken)]
}

function dismissal(agent: Agent, context: Context): Action | undefined {
  if (agent.state !== 'idle') return undefined
  for (const rule of dismissalRules) {
    const reason = rule(agent, context)
    if (reason) return { kind: 'dismiss-agent', agent: agent.key, reason }
  }
  return undefined
}

/**
 * The user's own word ends a `fixed` agent: a cancel, or the timeout that the job came with. That counts only once its
 * machine was looked at since, for it may have ended in time while nobody looked.
 */
function endOfJob(agent: Agent, survey: Survey): Action | undefined {
  const job = agent.job === undefined ? undefined : survey.snapshot.jobs.get(agent.job)
  if (!job?.request || agent.state === 'ending') return undefined
  if (job.cancelRequestedAt !== undefined)
    return { kind: 'end-agent', agent: agent.key, exit: 'cancelled', reason: 'the job was cancelled' }
  // Of one that is not known to run, nobody knows whether the job has begun.
  if (agent.state !== 'running') return undefined
  const lookedAt = survey.snapshot.looks.machines.get(agent.machine) ?? -Infinity
  const overdue = agent.activatedAt !== undefined && agent.activatedAt + job.request.timeoutMs <= lookedAt
  if (!overdue) return undefined
  const reason = `the job reached its timeout of ${Math.round(job.request.timeoutMs / 1000)} s`
  return { kind: 'end-agent', agent: agent.key, exit: 'timed-out', reason }
}

/** Its job is over for the source, and yet it stays. */
function lingering(agent: Agent, { now, scopes }: Survey): Action | undefined {
  if (agent.state !== 'running' || agent.jobDoneAt === undefined) return undefined
  const stays = scopes.get(scopeKey(agent.source, agent.scope))?.agentsStay === true
  const asked = agent.stateAt > agent.jobDoneAt
  const patienceMs = !stays ? lingerMs : asked ? askAgainMs : 0
  if (Math.max(agent.stateAt, agent.jobDoneAt) + patienceMs > now) return undefined
  const reason = stays ? 'its job is over' : 'its job is over and it has not ended by itself'
  return { kind: 'dismiss-agent', agent: agent.key, reason }
}

/**
 * The longest idle agents beyond what the queue and `warm.agents` want, those whose machine does not answer before the
 * others: they keep nobody warm, so that no other is dismissed on their account.
 */
function findSurplus(survey: Survey, lanes: readonly Lane[]): Set<string> {
  const queued = new Map(lanes.map((lane) => [lane.key, lane.queued]))
  const surplus = new Set<string>()
  for (const [key, agents] of survey.lanes) {
    const open = agents.filter((agent) => ['requested', 'activating', 'idle'].includes(agent.state))
    const wanted = (queued.get(key) ?? 0) + (survey.pools.get(open[0]?.pool ?? '')?.warm.agents ?? 0)
    if (open.length <= wanted) continue
    const idle = open.filter((agent) => agent.state === 'idle').sort((a, b) => a.stateAt - b.stateAt)
    const lost = idle.filter((agent) => !isComing(agent, survey)).slice(0, open.length - wanted)
    const coming = open.filter((agent) => isComing(agent, survey)).length
    const spare = idle.filter((agent) => isComing(agent, survey)).slice(0, Math.max(0, coming - wanted))
    for (const agent of [...lost, ...spare]) surplus.add(agent.key)
  }
  return surplus
}
