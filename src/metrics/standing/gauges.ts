import type { Agent, Container } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { ScopeStatus, WaitGroup } from '../../domain/plan.ts'
import type { Pool } from '../../domain/pool.ts'
import { addTwice, pairs, type CountedTwice } from '../counted.ts'
import { seconds, type Instruments } from '../instruments.ts'
import { createMachineGauges, type MachinesSnapshot } from './machine-gauges.ts'
import { createMoneyGauges, type MoneySnapshot } from './money-gauges.ts'

/** How things stand, asked for at each scrape. Live records only. */
export interface MetricsSnapshot extends MachinesSnapshot, MoneySnapshot {
  readonly version: string
  readonly owner: string
  readonly jobs: readonly Job[]
  readonly agents: readonly Agent[]
  readonly containers: readonly Container[]
  readonly pools: readonly Pool[]
  readonly scopes: readonly ScopeStatus[]
  readonly waits: readonly WaitGroup[]
  /** Our wall time of the oldest knowledge of any queue, by source. */
  readonly staleness: Readonly<Record<string, number>>
}

/** Fills every gauge anew, so that what is no longer there has no line. `now`: wall time. */
export type FillGauges = (snapshot: MetricsSnapshot, now: number) => void

export function createGauges(make: Instruments): FillGauges {
  const info = make.gauge('info', 'Always 1.', ['version', 'owner'])
  const jobs = make.gauge('jobs', 'Live jobs.', ['source', 'state'])
  const oldest = make.gauge('oldest_queued_seconds', 'Age of the oldest job that waits for an agent.', ['source'])
  const waiting = make.gauge('waiting_jobs', 'Jobs that wait, by why.', ['source', 'pool', 'code'])
  const agents = make.gauge('agents', 'Live agents.', ['pool', 'state'])
  const limit = make.gauge('agents_limit', 'The most agents that the pool may have.', ['pool'])
  const standby = make.gauge('standby_containers', 'Containers held ready, of no agent yet.', ['pool', 'state'])
  const broken = make.gauge('pool_broken', '1: its agents fail in a row, so no new ones are started.', ['pool'])
  const usable = make.gauge(
    'scope_readable',
    '0: who may use the scope could not be read, so nobody registers there.',
    ['source', 'scope'],
  )
  const backoffs = make.gauge('backoffs', 'Targets left alone for a while after a failure.', ['kind'])
  const stale = make.gauge('queue_staleness_seconds', 'Age of the oldest knowledge of any queue.', ['source'])
  const fillMachines = createMachineGauges(make)
  const fillMoney = createMoneyGauges(make)
  const own = [info, jobs, oldest, waiting, agents, limit, standby, broken, usable, backoffs, stale]

  return (snapshot, now) => {
    for (const gauge of own) gauge.reset()
    info.set({ version: snapshot.version, owner: snapshot.owner }, 1)

    const oldestBySource = new Map<string, number>()
    const jobCounts: CountedTwice = new Map()
    for (const { source, state, queuedAt } of snapshot.jobs) {
      addTwice(jobCounts, source, state)
      if (state === 'queued' && queuedAt !== undefined)
        oldestBySource.set(source, Math.min(oldestBySource.get(source) ?? Infinity, queuedAt))
    }
    for (const [source, state, count] of pairs(jobCounts)) jobs.set({ source, state }, count)
    for (const [source, at] of oldestBySource) oldest.set({ source }, seconds(now - at))
    for (const { source, pool, code, count } of snapshot.waits)
      waiting.inc({ source, pool: pool ?? 'none', code }, count)

    const agentCounts: CountedTwice = new Map()
    for (const { pool, state } of snapshot.agents) addTwice(agentCounts, pool, state)
    for (const [pool, state, count] of pairs(agentCounts)) agents.set({ pool, state }, count)
    const standbyCounts: CountedTwice = new Map()
    for (const { pool, state, agent } of snapshot.containers) if (!agent) addTwice(standbyCounts, pool, state)
    for (const [pool, state, count] of pairs(standbyCounts)) standby.set({ pool, state }, count)
    const brokenPools = new Set(snapshot.waits.filter(({ code }) => code === 'pool-broken').map(({ pool }) => pool))
    for (const { name, limits } of snapshot.pools) {
      limit.set({ pool: name }, limits.agents)
      broken.set({ pool: name }, brokenPools.has(name) ? 1 : 0)
    }
    for (const { source, name, problem } of snapshot.scopes) usable.set({ source, scope: name }, problem ? 0 : 1)
    for (const { target } of snapshot.backoffs) backoffs.inc({ kind: target.split(':', 1)[0] ?? target })
    for (const [source, since] of Object.entries(snapshot.staleness)) stale.set({ source }, seconds(now - since))
    fillMachines(snapshot, now)
    fillMoney(snapshot, now)
  }
}
