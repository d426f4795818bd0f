import type { Agent, Container } from '../domain/agent.ts'
import { isLiveMachine, type Machine } from '../domain/machine.ts'
import type { Backoff, ScopeStatus, Snapshot } from '../domain/plan.ts'
import type { Fleet } from '../domain/fleet.ts'
import type { Pool } from '../domain/pool.ts'
import { isMade, type MadeMachine } from './machines/made.ts'

/** The snapshot, indexed once for all that decides upon it. */
export interface Survey {
  readonly snapshot: Snapshot
  readonly now: number
  readonly pools: ReadonlyMap<string, Pool>
  readonly fleets: ReadonlyMap<string, Fleet>
  readonly scopes: ReadonlyMap<string, ScopeStatus>
  readonly machines: ReadonlyMap<string, Machine>
  /** Machines that we made and that are not gone, by fleet. */
  readonly madeBy: ReadonlyMap<string, readonly MadeMachine[]>
  readonly containers: readonly Container[]
  /** Machines that have an image, by image. */
  readonly imageOn: ReadonlyMap<string, ReadonlySet<string>>
  /** Agents that are not over, by lane. */
  readonly lanes: ReadonlyMap<string, readonly Agent[]>
  /** `fixed` agents by the job that they are for. */
  readonly agentOfJob: ReadonlyMap<string, Agent>
  /** Only those still in force. */
  readonly backoffs: ReadonlyMap<string, Backoff>
}

export function survey(snapshot: Snapshot, now: number): Survey {
  const lanes = new Map<string, Agent[]>()
  const agentOfJob = new Map<string, Agent>()
  for (const agent of snapshot.agents) {
    pushTo(lanes, laneKey(agent.source, agent.scope, agent.pool), agent)
    if (agent.job !== undefined) agentOfJob.set(agent.job, agent)
  }
  const machines = new Map(Array.from(snapshot.machines, (machine) => [machine.key, machine]))
  return {
    snapshot,
    now,
    pools: new Map(snapshot.pools.map((pool) => [pool.name, pool])),
    fleets: new Map(snapshot.fleets.map((fleet) => [fleet.name, fleet])),
    scopes: new Map(snapshot.scopes.map((scope) => [scopeKey(scope.source, scope.name), scope])),
    machines,
    madeBy: byFleet(machines.values()),
    containers: [...snapshot.containers],
    imageOn: byImage(snapshot.images),
    lanes,
    agentOfJob,
    backoffs: new Map(snapshot.backoffs.filter((b) => b.until > now).map((b) => [b.target, b])),
  }
}

function byFleet(machines: Iterable<Machine>): Map<string, MadeMachine[]> {
  const fleets = new Map<string, MadeMachine[]>()
  for (const machine of machines) if (isMade(machine) && isLiveMachine(machine)) pushTo(fleets, machine.fleet, machine)
  return fleets
}

/** From pairs `machine/image`: a machine's key has no slash. */
function byImage(pairs: Iterable<string>): Map<string, Set<string>> {
  const machines = new Map<string, Set<string>>()
  for (const pair of pairs) {
    const slash = pair.indexOf('/')
    const image = pair.slice(slash + 1)
    const known = machines.get(image) ?? new Set()
    machines.set(image, known.add(pair.slice(0, slash)))
  }
  return machines
}

/** Whether a machine has an image. */
export function hasImage({ imageOn }: Survey, machine: string, image: string): boolean {
  return imageOn.get(image)?.has(machine) ?? false
}

export function scopeKey(source: string, scope: string): string {
  return `${source}/${scope}`
}

/**
 * A lane is what Slipway can bind (rule 2): agents of one pool registered in one scope. Which of them takes which job
 * of the scope is the source's choice.
 */
export function laneKey(source: string, scope: string, pool: string): string {
  return `${source}/${scope}|${pool}`
}

/** Whether a pool serves a scope at all. */
export function serves(pool: Pool, source: string, scope: string): boolean {
  return pool.serves.some((entry) => entry.source === source && (entry.scope === undefined || entry.scope === scope))
}

/** On its way to a job, or waiting for one, on a machine that answers. */
export function isComing(agent: Agent, { machines }: Pick<Survey, 'machines'>): boolean {
  const open = agent.state === 'requested' || agent.state === 'activating' || agent.state === 'idle'
  return open && machines.get(agent.machine)?.state === 'ready'
}

/** How long an agent may be at work before its source has told us on what. */
const tellingMs = 30_000

/**
 * Seen at work on a job not named yet, which most likely still looks queued: engines tell sooner than webhooks do. If
 * no name comes for a while, it has taken a job that we never heard of.
 */
export function isTaking(agent: Agent, { now }: Pick<Survey, 'now'>): boolean {
  return agent.state === 'running' && agent.job === undefined && agent.stateAt + tellingMs > now
}

export function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
