import type { Agent, Container } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Context } from '../context.ts'
import type { Committed } from '../state.ts'
import type { Body } from './metering.ts'
import { notePhase, recallPhases } from './phases.ts'

/** What is there at the start. */
export function noteLive(context: Context): void {
  for (const machine of context.state.machines.values()) recallPhases(context, machine)
  for (const container of context.state.containers.values()) noteContainer(context, container)
  for (const agent of context.state.agents.values()) noteAgent(context, agent)
}

/** To be told of every commit. */
export function noteUses(context: Context, changes: readonly Committed[]): void {
  for (const each of changes) {
    if (each.table === 'container') noteContainer(context, each.now)
    else if (each.table === 'agent') noteAgent(context, each.now)
    else if (each.table === 'job') noteJob(context, each.now)
    else if (each.table === 'machine') notePhase(context, each.now)
  }
}

/** What ended before this process began, and is not charged yet. */
export async function recallEnded(context: Context): Promise<void> {
  const { state, store } = context
  const since = Math.min(...state.meters.values(), ...uncharged(context))
  if (since === Infinity) return
  for (const container of await store.ended('container', since)) noteContainer(context, container)
  for (const agent of await store.ended('agent', since)) {
    noteAgent(context, agent)
    const body = bodyOf(context, agent.machine, agent.key)
    if (body && agent.job !== undefined) body.job ??= await store.get('job', agent.job)
  }
  for (const body of allBodies(context))
    if (body.agent?.job !== undefined) body.job ??= await store.get('job', body.agent.job)
}

/** Since when machines cost that were never charged. */
function* uncharged({ state }: Context): Iterable<number> {
  for (const { key, made } of state.machines.values())
    if (made?.acceptedAt !== undefined && !state.meters.has(key)) yield made.acceptedAt
}

function* allBodies({ known }: Context): Iterable<Body> {
  for (const bodies of known.metering.bodies.values()) yield* bodies.values()
}

function noteContainer(context: Context, container: Container): void {
  const body = bodyOf(context, container.machine, container.key)
  if (body) body.container = container
}

function noteAgent(context: Context, agent: Agent): void {
  const body = bodyOf(context, agent.machine, agent.key)
  if (!body) return
  body.agent = agent
  if (agent.job !== undefined) body.job = context.state.jobs.get(agent.job) ?? body.job
}

function noteJob(context: Context, job: Job): void {
  const { known, state } = context
  if (job.state === 'done' && state.runs.has(job.key)) known.metering.doneJobs.set(job.key, job)
  if (job.agent === undefined) return
  const agent = state.agents.get(job.agent)
  const body = agent && bodyOf(context, agent.machine, agent.key)
  if (body) body.job = job
}

/** Undefined on a machine that is over. */
function bodyOf({ known, state }: Context, machine: string, key: string): Body | undefined {
  if (!state.machines.has(machine)) return undefined
  const bodies = known.metering.bodies.get(machine) ?? new Map<string, Body>()
  const body = bodies.get(key) ?? {}
  known.metering.bodies.set(machine, bodies.set(key, body))
  return body
}
