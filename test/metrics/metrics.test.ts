import { beforeEach, describe, expect, it } from 'vitest'
import { Transient } from '../../src/domain/errors.ts'
import { createMetrics, type Metrics } from '../../src/metrics/index.ts'
import { exercise, job, silentRuntime, source, standing } from './lives.ts'

let now = 0
let metrics: Metrics
beforeEach(() => {
  now = 0
  const clock = { wall: () => 121_000, monotonic: () => now, timer: () => () => {} }
  metrics = createMetrics({ clock })
})

async function lines(pattern: string): Promise<string[]> {
  const { body } = await metrics.scrape()
  return body.split('\n').filter((line) => line.startsWith(`slipway_${pattern}`))
}

describe('metrics', () => {
  it('tell queue wait, run time and ends from what is stored', async () => {
    await exercise(metrics)
    expect(await lines('job_wait_seconds_sum')).toEqual([
      'slipway_job_wait_seconds_sum{source="github",pool="small"} 8',
    ])
    expect(await lines('job_run_seconds_sum')).toEqual(['slipway_job_run_seconds_sum{source="github",pool="small"} 60'])
    expect(await lines('agent_activation_seconds_sum')).toEqual([
      'slipway_agent_activation_seconds_sum{pool="small"} 2.5',
    ])
    expect(await lines('jobs_done')).toEqual([
      'slipway_jobs_done_total{source="github",pool="small",conclusion="success"} 1',
    ])
    expect(await lines('agents_ended')).toEqual(['slipway_agents_ended_total{pool="small",exit="finished"} 1'])
  })

  it('tell what became of machines that were made, and how long they took', async () => {
    await exercise(metrics)
    expect(await lines('machine_boot_seconds_sum')).toEqual(['slipway_machine_boot_seconds_sum{fleet="cloud"} 40'])
    const created = (outcome: string) => `machines_created_total{fleet="cloud",outcome="${outcome}"}`
    expect(await lines(created('ready'))).toEqual([`slipway_${created('ready')} 1`])
    // What has not happened yet is told too, so that its first time is an increase.
    expect(await lines(created('failed'))).toEqual([`slipway_${created('failed')} 0`])
    expect(await lines('machines_ended_total{fleet="cloud",outcome="deleted"}')).toHaveLength(1)
  })

  it('count what machines cost, for jobs and for nothing, and tell time without a price from time that costs nothing', async () => {
    await exercise(metrics)
    expect(await lines('cost_total{')).toEqual(['slipway_cost_total{fleet="cloud",pool="small",currency="USD"} 1.5'])
    expect(await lines('waste_cost_total{')).toEqual([
      'slipway_waste_cost_total{fleet="cloud",pool="none",kind="boot",currency="USD"} 4',
      'slipway_waste_cost_total{fleet="cloud",pool="small",kind="start",currency="USD"} 0.25',
    ])
    expect(await lines('machine_seconds_total{fleet="cloud",use="job"}')).toEqual([
      'slipway_machine_seconds_total{fleet="cloud",use="job"} 15',
    ])
    expect(await lines('machine_seconds_total{fleet="cloud",use="idle"}')).toEqual([
      'slipway_machine_seconds_total{fleet="cloud",use="idle"} 7',
    ])
    expect(await lines('unpriced_machine_seconds_total{')).toEqual([
      'slipway_unpriced_machine_seconds_total{fleet="cloud"} 7',
    ])
  })

  it('show prices, limits and budgets as they stand, and machines whose price nobody knows', async () => {
    metrics.observe(() => standing)
    expect(await lines('fleet_price_per_hour{')).toEqual([
      'slipway_fleet_price_per_hour{fleet="cloud",currency="USD"} 360',
    ])
    expect(await lines('machines_unpriced{')).toEqual(['slipway_machines_unpriced{fleet="cloud"} 1'])
    // 2.5 of machines that are gone, and 118 seconds at 0.1 a second.
    expect(await lines('fleet_spent_today{')).toEqual(['slipway_fleet_spent_today{fleet="cloud",currency="USD"} 14.3'])
    expect(await lines('fleet_offers{fleet="cloud",state="unpriced"}')).toHaveLength(1)
    expect(await lines('fleet_price_age_seconds{')).toEqual(['slipway_fleet_price_age_seconds{fleet="cloud"} 60'])
    const budget = 'budget="pool small, a month",currency="USD"'
    expect(await lines('budget_spent{')).toEqual([`slipway_budget_spent{${budget}} 425`])
    expect(await lines('budget_limit{')).toEqual([`slipway_budget_limit{${budget}} 500`])
  })

  it('tell of repositories only where it is asked for, and of no more than that', async () => {
    expect(await lines('repository')).toEqual([])
    const clock = { wall: () => 0, monotonic: () => now, timer: () => () => {} }
    metrics = createMetrics({ clock, perRepository: { enabled: true, limit: 1 } })
    await exercise(metrics)
    expect(await lines('repository_cost_total{')).toEqual([
      'slipway_repository_cost_total{repository="acme/app",currency="USD"} 1.5',
    ])
    metrics.observe(() => ({ ...standing, jobs: [{ ...job, repository: 'acme/late' }, job] }))
    expect(await lines('repository_jobs{')).toEqual([
      'slipway_repository_jobs{repository="other",state="queued"} 1',
      'slipway_repository_jobs{repository="acme/app",state="queued"} 1',
    ])
  })

  it('count only what the store kept', async () => {
    await exercise(metrics)
    expect(await lines('store_changes_total{kind="job"}')).toEqual(['slipway_store_changes_total{kind="job"} 3'])
    expect(await lines('store_call_errors')).toEqual([
      'slipway_store_call_errors_total{verb="commit",error="Conflict"} 1',
    ])
  })

  it('tell the errors of a port by their class, and pass them on', async () => {
    const measured = metrics.measureSource(source)
    await expect(measured.inspect(job)).rejects.toBeInstanceOf(Transient)
    await expect(measured.read({ source: 'github', name: 'acme' }, [])).rejects.toBeInstanceOf(TypeError)
    expect(await lines('source_call_errors')).toEqual([
      'slipway_source_call_errors_total{source="github",verb="inspect",error="Transient"} 1',
      'slipway_source_call_errors_total{source="github",verb="read",error="unexpected"} 1',
    ])
  })

  it('time calls and know how many are under way', async () => {
    let answer: ((list: []) => void) | undefined
    const list = () => new Promise<[]>((resolve) => (answer = resolve))
    const call = metrics.measureRuntime({ ...silentRuntime(), list }, 'm9').list()
    expect(await lines('runtime_calls_in_flight')).toEqual(['slipway_runtime_calls_in_flight{fleet="unknown"} 1'])
    now = 2000
    answer?.([])
    await call
    expect(await lines('runtime_calls_in_flight')).toEqual(['slipway_runtime_calls_in_flight{fleet="unknown"} 0'])
    expect(await lines('runtime_call_duration_seconds_sum')).toEqual([
      'slipway_runtime_call_duration_seconds_sum{fleet="unknown",verb="list"} 2',
    ])
  })

  it('leave out a verb that a source does not have', () => {
    expect(metrics.measureSource(source)).not.toHaveProperty('recover')
  })

  it('show how things stand at each scrape, and nothing of what is gone', async () => {
    metrics.observe(() => standing)
    expect(await lines('jobs{')).toEqual([
      'slipway_jobs{source="github",state="queued"} 2',
      'slipway_jobs{source="github",state="running"} 1',
    ])
    expect(await lines('oldest_queued_seconds{')).toEqual(['slipway_oldest_queued_seconds{source="github"} 120'])
    expect(await lines('queue_staleness_seconds{')).toEqual(['slipway_queue_staleness_seconds{source="github"} 30'])
    expect(await lines('backoffs{')).toEqual(['slipway_backoffs{kind="machine"} 2'])
    expect(await lines('fleet_cpus{fleet="local"')).toEqual([
      'slipway_fleet_cpus{fleet="local",part="allocatable"} 4',
      'slipway_fleet_cpus{fleet="local",part="promised"} 0.5',
    ])
    metrics.observe(() => ({ ...standing, jobs: [], machines: [], staleness: {} }))
    expect(await lines('jobs{')).toEqual([])
    expect(await lines('fleet_cpus{')).toEqual([])
  })

  it('write words of others so that they stay within their line', async () => {
    metrics.observe(() => ({ ...standing, scopes: [{ source: 'github', name: 'a"b\\c\nd', binding: 'free' }] }))
    expect(await lines('scope_readable{')).toEqual([
      String.raw`slipway_scope_readable{source="github",scope="a\"b\\c\nd"} 1`,
    ])
  })

  it('keep the words of senders within bounds', async () => {
    for (let n = 0; n < 80; n++)
      metrics.onServerEvent('hook', { source: 'github', outcome: 'ignored', reason: `event-${n}` })
    const reasons = await lines('hooks_ignored_total{')
    expect(reasons).toHaveLength(51)
    expect(reasons.at(-1)).toBe('slipway_hooks_ignored_total{source="github",reason="other"} 30')
  })
})
