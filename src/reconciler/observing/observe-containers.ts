import type { Agent, Container } from '../../domain/agent.ts'
import { Conflict, NotFound } from '../../domain/errors.ts'
import type { ContainerObservation, ContainerRuntime } from '../../domain/ports/runtime.ts'
import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'
import { beginJob } from '../effects/fixed-job.ts'
import { dismissedExit, endingChanges } from '../effects/ending.ts'
import { change } from '../state.ts'

/** After `gone`, an agent must show no job for this long before its container is taken away (rule 7). */
const quietMs = 90_000

/**
 * Compares what a machine's engine lists with what we hold (rule 6). A container that is missing counts as gone only
 * if we looked after our own last effect on it had ended; one without a record is ours to remove.
 */
export async function observeContainers(context: Context, actor: Actor, machine: string): Promise<void> {
  const runtime = context.runtimes.of(machine)
  if (!runtime) return
  const began = context.clock.wall()
  const before = new Map(
    [...context.state.containers.values()].filter((c) => c.machine === machine).map((c) => [c.key, c]),
  )
  const listed = new Map((await runtime.list()).map((observation) => [observation.key, observation]))
  for (const seen of before.values()) {
    // Only records that did not change while we looked: the answer speaks of them.
    if (context.state.containers.get(seen.key) !== seen || seen.state === 'requested') continue
    try {
      await observeOne(context, runtime, seen, listed.get(seen.key), began)
    } catch (error) {
      // It went, or changed, while we asked: the next look sees how. The machine answers all the same.
      if (!(error instanceof NotFound) && !(error instanceof Conflict)) throw error
      context.logger.debug({ err: error, container: seen.key }, 'container changed during the look')
    }
  }
  removeOrphans(context, actor, runtime, machine, listed)
}

async function observeOne(
  context: Context,
  runtime: ContainerRuntime,
  container: Container,
  seen: ContainerObservation | undefined,
  began: number,
): Promise<void> {
  const agent = context.state.agents.get(container.key)
  if (!agent || !container.agent) {
    if (seen?.phase === 'running' || container.state !== 'prepared') return
    await context.state.commit([change('container', container, { state: 'removing' })])
    return
  }
  if (agent.state === 'ending') return
  if (!seen) return endVanished(context, agent, began)
  if (seen.phase === 'exited') return endExited(context, runtime, agent)
  await followActivity(context, runtime, agent)
}

async function endVanished(context: Context, agent: Agent, began: number): Promise<void> {
  if (agent.stateAt >= began) return
  await context.state.commit(endingChanges(context, agent, { kind: 'killed', detail: 'its container is gone' }))
}

/** The container ended by itself. */
export async function endExited(context: Context, runtime: ContainerRuntime, agent: Agent): Promise<void> {
  const end = await runtime.end(agent.key)
  const current = context.state.agents.get(agent.key)
  if (!end || !current || current.state === 'ending') return
  await context.state.commit(endingChanges(context, current, end.exit))
}

/**
 * The engine's own view of whether an agent is at work. It finds jobs whose webhook was lost, lets dismissed agents
 * go, and corrects a source that called an idle agent busy.
 */
async function followActivity(context: Context, runtime: ContainerRuntime, agent: Agent): Promise<void> {
  const doubtful = agent.state === 'idle' || agent.state === 'draining' || (agent.state === 'running' && !agent.job)
  if (!doubtful) return
  const activity = await runtime.activity(agent.key)
  const current = context.state.agents.get(agent.key)
  if (current !== agent) return
  if (activity === 'idle') return whenQuiet(context, agent)
  context.known.quietSince.delete(agent.key)
  if (activity === 'running' && agent.state !== 'running')
    await context.state.commit([
      change('agent', agent, { state: 'running', registered: true, stateAt: context.clock.wall() }),
      ...beginJob(context, agent),
    ])
}

async function whenQuiet(context: Context, agent: Agent): Promise<void> {
  const now = context.clock.wall()
  const since = context.known.quietSince.get(agent.key) ?? now
  context.known.quietSince.set(agent.key, since)
  if (agent.state === 'idle' || now - Math.max(since, agent.stateAt) < quietMs) return
  if (agent.state === 'draining')
    await context.state.commit(endingChanges(context, agent, dismissedExit(context, agent)))
  else await context.state.commit([change('agent', agent, { state: 'idle', stateAt: now })])
}

function removeOrphans(
  context: Context,
  actor: Actor,
  runtime: ContainerRuntime,
  machine: string,
  listed: ReadonlyMap<string, ContainerObservation>,
): void {
  for (const { key, phase } of listed.values()) {
    if (context.state.containers.has(key)) continue
    actor.run(`orphan:${key}`, `machine:${machine}`, async () => {
      try {
        // Ours by its owner, and of a store that was lost: what runs in it goes on to its end.
        if (phase === 'running' && (await runtime.activity(key)) !== 'idle') return
      } catch (error) {
        // It went while the list travelled: nothing is wrong with its machine.
        if (error instanceof NotFound) return
        throw error
      }
      context.logger.warn({ container: key, machine }, 'removing a container that no record knows')
      await runtime.remove(key)
    })
  }
}

/** A container died: no need to wait for the next look at its machine. */
export async function observeDeath(context: Context, machine: string, key: string): Promise<void> {
  const runtime = context.runtimes.of(machine)
  const agent = context.state.agents.get(key)
  const container = context.state.containers.get(key)
  if (!runtime || !container) return
  try {
    if (agent && agent.state !== 'ending') await endExited(context, runtime, agent)
    if (!container.agent && container.state === 'prepared')
      await context.state.commit([change('container', container, { state: 'removing' })])
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
  }
}
