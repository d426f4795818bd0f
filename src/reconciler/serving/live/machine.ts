import type { Agent, Container } from '../../../domain/agent.ts'
import type { LiveAgent, LiveJob, LiveMachine } from '../../../domain/console/live.ts'
import type { Machine } from '../../../domain/machine.ts'
import type { Resources } from '../../../domain/resources.ts'
import type { Context } from '../../context.ts'
import { isMade, type MadeMachine } from '../../machines/elastic.ts'
import { goesWhen, priceOf } from '../machine-view.ts'

/** A machine with the containers on it. */
export function liveMachine(context: Context, machine: Machine, containers: readonly Container[]): LiveMachine {
  const { key, fleet, state, stateAt, cordon, size, allocatable, createdAt, detail } = machine
  const agents = containers.map((container) => liveAgent(context, container, allocatable))
  const plain = {
    key,
    fleet,
    state,
    stateAt,
    cordon,
    spot: false,
    size,
    allocatable,
    createdAt,
    detail,
    price: priceOf(machine),
  }
  return { ...plain, ...(isMade(machine) && madeFacts(context, machine, containers)), agents: agents.sort(byKey) }
}

function madeFacts(
  context: Context,
  machine: MadeMachine,
  containers: readonly Container[],
): Pick<LiveMachine, 'spot' | 'sizeName' | 'readyAt' | 'expectedAt' | 'evictedAt' | 'goes'> {
  const { spot, sizeName, readyAt, eviction } = machine.made
  const goes = goesWhen(context, machine, containers.filter((container) => container.agent).length)
  const expectedAt = expected(context, machine)
  return { spot, sizeName, readyAt, expectedAt, evictedAt: eviction?.noticedAt, goes }
}

/** As long as machines of its fleet took of late. */
function expected(context: Context, { fleet, state, made, stateAt }: MadeMachine): number | undefined {
  const bootMs = context.known.bootMs.get(fleet)
  const onItsWay = state === 'creating' || state === 'booting' || state === 'starting'
  return onItsWay && bootMs !== undefined ? (made.acceptedAt ?? stateAt) + bootMs : undefined
}

function liveAgent(context: Context, container: Container, allocatable: Resources): LiveAgent {
  const { key, pool, resources } = container
  const share = dominantShare(resources, allocatable)
  const agent = container.agent ? context.state.agents.get(key) : undefined
  if (!agent)
    return { key, pool, state: 'standby', resources, share, since: container.preparedAt ?? container.createdAt }
  const { state, stateAt } = agent
  return { key, pool: agent.pool, state, resources, share, since: stateAt, job: liveJob(context, agent) }
}

function liveJob(context: Context, agent: Agent): LiveJob | undefined {
  const job = agent.job === undefined ? undefined : context.state.jobs.get(agent.job)
  return job && { key: job.key, name: job.name, repository: job.repository, startedAt: job.startedAt }
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1
}

/** By the resource of which it has the greatest part; to four digits, for a picture needs no more. */
function dominantShare(part: Resources, whole: Resources): number {
  const of = (some: number, all: number): number => (some === 0 ? 0 : all === 0 ? 1 : some / all)
  const shares = [of(part.milliCpu, whole.milliCpu), of(part.memory, whole.memory), of(part.disk, whole.disk)]
  return Math.round(Math.max(...shares) * 10_000) / 10_000
}
