import { epoch, registrationName, type Agent, type AgentExit, type Registration } from '../../domain/agent.ts'
import { ImageUnavailable, NameTaken, Refused } from '../../domain/errors.ts'
import type { Pool } from '../../domain/pool.ts'
import type { ContainerRuntime, ContainerSpec } from '../../domain/ports/runtime.ts'
import type { Admission, JobSource } from '../../domain/ports/source.ts'
import { scopeTarget } from '../backoff-targets.ts'
import { journal, poolOf, type Context } from '../context.ts'
import { beginJob } from './fixed-job.ts'
import { endingChanges } from './ending.ts'
import { change, create } from '../state.ts'

/** What the source handed out for an agent, until it is activated. Lost with the process: the next try asks anew. */
export type Admissions = Map<string, Admission>

/**
 * Brings a requested agent to work: its container is prepared and its registration made side by side, then the one is
 * handed to the other. Whatever fails is either tried again (the agent stays as it is) or ends the agent.
 */
export async function startAgent(context: Context, key: string, admissions: Admissions): Promise<void> {
  const agent = context.state.agents.get(key)
  if (agent?.state !== 'requested') return
  const pool = poolOf(context, agent.pool)
  const source = context.wanted().sources.get(agent.source)
  const runtime = context.runtimes.of(agent.machine)
  if (!pool || !source)
    return end(context, key, { kind: 'dismissed', detail: 'its pool or source left the configuration' })
  if (!runtime) return

  const [prepared, admitted] = await Promise.allSettled([
    prepareContainer(context, key, pool, runtime, source),
    admitAgent(context, key, pool, source, admissions),
  ])
  if (prepared.status === 'rejected') return prepareFailed(context, agent, pool, prepared.reason)
  if (admitted.status === 'rejected') return admitFailed(context, agent, admitted.reason)
  await activate(context, key, source, runtime, admitted.value)
}

export async function prepareContainer(
  context: Context,
  key: string,
  pool: Pool,
  runtime: ContainerRuntime,
  source?: JobSource,
): Promise<void> {
  const container = context.state.containers.get(key)
  if (container?.state !== 'requested') return
  await runtime.prepare(containerSpec(context, key, pool, source))
  const now = context.state.containers.get(key)
  if (now?.state !== 'requested') return
  await context.state.commit([change('container', now, { state: 'prepared', preparedAt: context.clock.wall() })])
}

function containerSpec(context: Context, key: string, pool: Pool, source?: JobSource): ContainerSpec {
  const job = context.state.jobs.get(context.state.agents.get(key)?.job ?? '')
  const fixed = source?.binding === 'fixed' ? job?.request : undefined
  return {
    key,
    pool: pool.name,
    image: fixed?.image ?? pool.image,
    command: fixed?.command ?? pool.command,
    resources: fixed?.resources ?? pool.resources,
    isolation: pool.isolation,
    containers: pool.containers,
    runsAtOnce: fixed !== undefined,
  }
}

/** Each call to the source is a try with a name of its own: the answer to an earlier one may have been lost. */
async function admitAgent(
  context: Context,
  key: string,
  pool: Pool,
  source: JobSource,
  admissions: Admissions,
): Promise<Admission> {
  const held = admissions.get(key)
  if (held) return held
  for (;;) {
    const registration = await beginTry(context, key)
    const job = context.state.jobs.get(context.state.agents.get(key)?.job ?? '')
    const request = {
      agent: { key, pool: pool.name, scope: registration.scope },
      name: registration.name,
      labels: pool.labels,
      job,
    }
    try {
      const admission = await source.admit(request)
      admissions.set(key, admission)
      context.backoffs.ok(scopeTarget(registration))
      await noteMade(context, registration.key, admission)
      return admission
    } catch (error) {
      if (!(error instanceof NameTaken) || registration.try >= maxTries) throw error
      context.logger.warn(
        { agent: key, registration: registration.name },
        'registration name is taken, trying the next',
      )
    }
  }
}

/** Tries of one agent in all; the reaper removes what earlier ones left. */
const maxTries = 5

async function beginTry(context: Context, key: string): Promise<Registration> {
  const agent = context.state.agents.get(key)
  if (agent?.state !== 'requested') throw new Refused(`agent ${key} is no longer wanted`)
  if (agent.tries >= maxTries) throw new Refused(`${maxTries} tries to register have failed`)
  const name = registrationName(context.owner, key, agent.tries + 1)
  const registration: Registration = {
    key: `${agent.source}/${name}`,
    version: 1,
    epoch,
    state: 'requested',
    name,
    agent: key,
    try: agent.tries + 1,
    source: agent.source,
    scope: agent.scope,
    createdAt: context.clock.wall(),
  }
  await context.state.commit([
    change('agent', agent, { tries: registration.try }),
    create('registration', registration),
  ])
  return registration
}

async function noteMade(context: Context, key: string, admission: Admission): Promise<void> {
  const registration = context.state.registrations.get(key)
  if (!registration) return
  await context.state.commit([
    change('registration', registration, { state: 'made', externalId: admission.externalId }),
  ])
}

async function activate(
  context: Context,
  key: string,
  source: JobSource,
  runtime: ContainerRuntime,
  admission: Admission,
): Promise<void> {
  const agent = context.state.agents.get(key)
  const container = context.state.containers.get(key)
  if (agent?.state !== 'requested' || container?.state !== 'prepared') return
  const now = context.clock.wall()
  await context.state.commit([
    change('agent', agent, { state: 'activating', stateAt: now, activatedAt: now }),
    change('container', container, { state: 'active' }),
  ])
  try {
    await runtime.activate(key, { env: admission.env })
  } catch (error) {
    context.logger.warn({ err: error, agent: key, machine: agent.machine }, 'activation failed')
    return settleActivation(context, key)
  }
  const active = context.state.agents.get(key)
  if (active?.state !== 'activating') return
  const fixed = source.binding === 'fixed'
  await context.state.commit([
    change('agent', active, { state: fixed ? 'running' : 'idle', registered: fixed, stateAt: context.clock.wall() }),
    ...beginJob(context, active),
    journal(context, 'start-agent', `agent:${key}`, agent.reason, 'done'),
  ])
}

/**
 * Nobody knows whether the secret arrived. If the container is at work it stays, and if its source has already given
 * it a job too; else it is discarded.
 */
export async function settleActivation(context: Context, key: string): Promise<void> {
  const agent = context.state.agents.get(key)
  const runtime = agent && context.runtimes.of(agent.machine)
  if (agent?.state !== 'activating' || !runtime) return
  const atWork = (await runtime.activity(key)) === 'running'
  const current = context.state.agents.get(key)
  if (current?.state !== 'activating') return
  if (atWork) {
    await context.state.commit([
      change('agent', current, { state: 'running', registered: true, stateAt: context.clock.wall() }),
      ...beginJob(context, current),
    ])
    return
  }
  const endReason = 'whether it was activated is not known'
  const patch: Partial<Agent> = { state: 'dismissing', stateAt: context.clock.wall(), endReason }
  await context.state.commit([
    change('agent', current, patch),
    journal(context, 'dismiss-agent', `agent:${key}`, endReason, 'intended'),
  ])
}

async function prepareFailed(context: Context, agent: Agent, pool: Pool, error: unknown): Promise<void> {
  const final = error instanceof ImageUnavailable || error instanceof Refused
  if (!final) return context.backoffs.fail(`machine:${agent.machine}`, error)
  const missing = error instanceof ImageUnavailable
  const brought = context.state.jobs.get(agent.job ?? '')?.request
  const image = `${agent.machine}/${brought?.image ?? pool.image}`
  if (missing) context.known.images.delete(image)
  // What a job brings says nothing of its pool: others go on.
  if (!brought) context.backoffs.fail(`pool:${pool.name}`, error)
  else if (missing) context.backoffs.fail(`image:${image}`, error)
  await end(context, agent.key, { kind: missing ? 'image-failed' : 'start-failed', detail: messageOf(error) })
}

async function admitFailed(context: Context, agent: Agent, error: unknown): Promise<void> {
  context.logger.warn({ err: error, agent: agent.key, scope: agent.scope }, 'registration failed')
  if (!(error instanceof Refused) && !(error instanceof NameTaken))
    return context.backoffs.fail(scopeTarget(agent), error)
  await end(context, agent.key, { kind: 'never-registered', detail: messageOf(error) })
}

async function end(context: Context, key: string, exit: AgentExit): Promise<void> {
  const agent = context.state.agents.get(key)
  if (agent?.state === 'requested') await context.state.commit(endingChanges(context, agent, exit))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
