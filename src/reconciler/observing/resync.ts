import type { JobSource, RegistrationObservation, Scope } from '../../domain/ports/source.ts'
import { isRegistrationOf, type Registration } from '../../domain/agent.ts'
import type { Actor } from '../actor.ts'
import { scopeTarget } from '../backoff-targets.ts'
import { journal, notAhead, type Context } from '../context.ts'
import { inspectJob } from '../effects/inspect-job.ts'
import { observe } from './receive.ts'
import { noting } from '../noting.ts'
import { change } from '../state.ts'

/** Reads every scope's queue: what webhooks have told is only half of it (rule 5). */
export function resync(context: Context, actor: Actor): void {
  forEachScope(context, 'queue', (source, scope, target) => {
    if (source.readDue) return
    const read = noting(context, target, () => readScope(context, actor, source, scope))
    actor.run(target, `source:${source.name}`, read)
  })
}

/** The same of sources that have a rhythm of their own, which is quicker and slows down by itself when one fails. */
export function resyncDue(context: Context, actor: Actor): void {
  for (const source of context.wanted().sources.values()) {
    if (!source.readDue?.()) continue
    for (const scope of source.scopes) {
      const target = `queue:${scope.source}/${scope.name}`
      const read = noting(context, target, async () => {
        await readScope(context, actor, source, scope)
        if (context.backoffs.failures(target) === 0) return
        // It answers again: what only waited for that waits no longer.
        context.backoffs.ok(scopeTarget({ source: scope.source, scope: scope.name }))
        context.backoffs.ok(`registrations:${scope.source}/${scope.name}`)
      })
      actor.run(target, `source:${source.name}`, read)
    }
  }
}

/** Whether there are such. */
export function haveRhythm(context: Context): boolean {
  return [...context.wanted().sources.values()].some((source) => source.readDue !== undefined)
}

async function readScope(context: Context, actor: Actor, source: JobSource, scope: Scope): Promise<void> {
  const live = [...context.state.jobs.values()].filter((j) => j.source === source.name && j.scope === scope.name)
  const busy = [...new Set(live.map((job) => job.repository))]
  const reading = await source.read(scope, busy)
  context.known.staleSince.set(`${scope.source}/${scope.name}`, notAhead(context, reading.staleSince))
  await observe(context, reading.jobs)
  const listed = new Set(reading.jobs.map((job) => `${source.name}/${job.externalId}/${job.attempt}`))
  const covered = new Set(reading.covered)
  for (const job of live) {
    // Absence means something only inside what was read completely, of jobs we knew before we looked.
    if (listed.has(job.key) || !covered.has(job.repository) || job.seenAt >= reading.began) continue
    actor.run(`job:${job.key}`, `read:${scopeTarget(job)}`, () => inspectJob(context, job.key))
  }
}

/** Lists every scope's registrations: agents that have shown up, and entries that nobody needs any more. */
export function resyncRegistrations(context: Context, actor: Actor): void {
  actor.run('registrations:unasked', 'registrations', () => forgetUnasked(context))
  forEachScope(context, 'registrations', (source, scope, target) => {
    if (source.binding === 'fixed') return
    const read = noting(context, target, () => readRegistrations(context, source, scope))
    actor.run(target, `source:${source.name}`, read)
  })
}

/**
 * Records that no source is asked about: a `fixed` one has no entries outside, and one that left the configuration
 * answers no more. Should it come back, what it still has carries our prefix and is found as an orphan.
 */
async function forgetUnasked(context: Context): Promise<void> {
  const { sources } = context.wanted()
  for (const registration of context.state.registrations.values()) {
    const source = sources.get(registration.source)
    const asked = source?.binding === 'free' && source.scopes.some((scope) => scope.name === registration.scope)
    if (asked || isWanted(context, registration.agent, registration.try)) continue
    await context.state.commit([change('registration', registration, { state: 'gone' })])
  }
}

async function readRegistrations(context: Context, source: JobSource, scope: Scope): Promise<void> {
  const began = context.clock.wall()
  const listed = new Map((await source.registrations(scope)).map((seen) => [seen.name, seen]))
  for (const seen of listed.values()) await noteSeen(context, source, scope, seen)
  context.known.registrationsAt.set(`${scope.source}/${scope.name}`, notAhead(context, began))
  for (const registration of context.state.registrations.values()) {
    if (registration.source !== source.name || registration.scope !== scope.name) continue
    if (registration.createdAt >= began) continue
    const seen = listed.get(registration.name)
    if (isWanted(context, registration.agent, registration.try)) {
      if (source.agentsStay && (!seen || seen.spent)) await dismissForgotten(context, registration, began)
      continue
    }
    if (seen && (await source.dismiss({ ...registration, externalId: seen.externalId })) === 'busy') continue
    const current = context.state.registrations.get(registration.key)
    if (current) await context.state.commit([change('registration', current, { state: 'gone' })])
  }
}

/** It can't be given work any more, and does not end by itself. */
async function dismissForgotten(context: Context, registration: Registration, began: number): Promise<void> {
  const agent = context.state.agents.get(registration.agent)
  if (registration.state !== 'made' || agent?.state !== 'idle' || agent.stateAt >= began) return
  const endReason = 'its registration is gone, or takes no more jobs'
  await context.state.commit([
    change('agent', agent, { state: 'dismissing', stateAt: context.clock.wall(), endReason }),
    journal(context, 'dismiss-agent', `agent:${agent.key}`, endReason, 'intended'),
  ])
}

/** The newest try of an agent that is not over. */
function isWanted(context: Context, key: string, attempt: number): boolean {
  const agent = context.state.agents.get(key)
  return agent !== undefined && agent.tries === attempt
}

async function noteSeen(
  context: Context,
  source: JobSource,
  scope: Scope,
  seen: RegistrationObservation,
): Promise<void> {
  const registration = context.state.registrations.get(`${source.name}/${seen.name}`)
  if (!registration) return dismissOrphan(context, source, scope, seen)
  const agent = context.state.agents.get(registration.agent)
  if (agent && seen.online && !agent.registered)
    await context.state.commit([change('agent', agent, { registered: true })])
}

/** Carries our owner's prefix and no record: left by a lost store. A busy one is somebody's running job and stays. */
async function dismissOrphan(
  context: Context,
  source: JobSource,
  scope: Scope,
  seen: RegistrationObservation,
): Promise<void> {
  if (!isRegistrationOf(context.owner, seen.name)) return
  const known = await context.store.get('registration', `${source.name}/${seen.name}`)
  // The list may be older than the record's end; if it still stands at the next look, it goes.
  if (known && seen.busy) return
  const outcome = await source.dismiss({ name: seen.name, scope: scope.name, externalId: seen.externalId })
  const reason = `registration ${seen.name} has no agent`
  await context.state.commit([
    journal(context, 'dismiss-orphan', `source:${source.name}`, reason, outcome === 'gone' ? 'done' : 'failed'),
  ])
}

/** Visits the scopes that may be asked for this now. */
function forEachScope(
  context: Context,
  what: 'queue' | 'registrations',
  visit: (source: JobSource, scope: Scope, target: string) => void,
): void {
  for (const source of context.wanted().sources.values())
    for (const scope of source.scopes) {
      const target = `${what}:${scope.source}/${scope.name}`
      if (context.backoffs.wait(target) === 0) visit(source, scope, target)
    }
}
