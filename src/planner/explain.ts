import type { Agent } from '../domain/agent.ts'
import type { Job } from '../domain/jobs/job.ts'
import type { Snapshot, WaitGroup } from '../domain/plan.ts'
import { requirementKey } from '../domain/jobs/requirement.ts'
import { createKinds } from './demand/kinds.ts'
import { createRouter, requirementWords } from './demand/route.ts'
import { scopeKey, survey } from './survey.ts'

/** Why a job is where it is, in sentences: what it asks for, who serves it, what holds it, what comes next. */
export function explainJob(
  snapshot: Snapshot,
  waits: readonly WaitGroup[],
  job: Job,
  agent: Agent | undefined,
  now: number,
): { words: string[]; pool?: string; waits: WaitGroup[] } {
  const words = [`It asks for ${requirementWords(job.requirement)} in scope ${job.scope} of source ${job.source}.`]
  const route = createRouter(survey(snapshot, now), createKinds())(job)
  if (route.pool) words.push(`Pool ${route.pool.name} is the first that satisfies it.`)
  const own = job.state === 'done' || job.state === 'running' ? [] : waitsOf(job, waits)
  words.push(...stateWords(job, agent, now))
  if (job.state === 'queued' && !agent) words.push(...waitWords(own, route.hold?.reason, route.hold?.next))
  if (job.state === 'waiting') words.push(...own.map((group) => `${capital(group.reason)}; ${group.next}.`))
  return { words, pool: agent?.pool ?? route.pool?.name, waits: own }
}

function waitsOf(job: Job, waits: readonly WaitGroup[]): WaitGroup[] {
  const key = requirementKey(job.requirement)
  return waits.filter((g) => g.source === job.source && g.scope === job.scope && requirementKey(g.requirement) === key)
}

function stateWords(job: Job, agent: Agent | undefined, now: number): string[] {
  const waited = seconds((job.startedAt ?? job.doneAt ?? now) - (job.queuedAt ?? job.receivedAt))
  if (job.state === 'done') {
    const by = job.agent ? ` on agent ${job.agent}` : job.takenBy ? ` on ${job.takenBy}, which is not ours` : ''
    return [`It is done${job.conclusion ? ` (${job.conclusion})` : ''}${by}; it waited ${waited} before it began.`]
  }
  if (job.state === 'running') {
    const by = agent ? `agent ${agent.key} on machine ${agent.machine}` : (job.takenBy ?? 'an agent not known yet')
    return [
      `It has been running for ${seconds(now - (job.startedAt ?? now))} on ${by}; it waited ${waited} before that.`,
    ]
  }
  if (job.state === 'waiting')
    return [`It has been held by its source since it came, ${seconds(now - job.receivedAt)} ago.`]
  const made = agent ? [`Agent ${agent.key} (${agent.state}) on ${agent.machine} is for it.`] : []
  return [`It has been queued for ${waited}.`, ...made]
}

function waitWords(groups: readonly WaitGroup[], hold?: string, next?: string): string[] {
  if (hold !== undefined) return [`${capital(hold)}; ${next ?? ''}.`]
  if (groups.length === 0) return ['The next plan, within a second, will place it or say why not.']
  if (groups.length === 1) return groups.map((group) => `${capital(group.reason)}; ${group.next}.`)
  const total = groups.reduce((sum, group) => sum + group.count, 0)
  return [
    `It is one of ${total} jobs that ask for the same; the source chooses which of them an agent takes.`,
    ...groups.map((group) => `${group.count} of them: ${group.reason}; ${group.next}.`),
  ]
}

/** Which promises are exact for the job and which depend on the source's own choice (rule 2). */
export function bindingWords(snapshot: Snapshot, job: Job): string {
  const scope = snapshot.scopes.find((s) => scopeKey(s.source, s.name) === scopeKey(job.source, job.scope))
  return scope?.binding === 'fixed'
    ? 'The agent is made for this job: order, priority, limits and size are exact.'
    : 'Any matching agent of the scope may take any of its jobs: order, priority and limits are exact between scopes and label sets, and best effort inside one.'
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
