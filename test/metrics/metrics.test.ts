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
    expect(await lines('machines_created')).toEqual(['slipway_machines_created_total{fleet="cloud",outcome="ready"} 1'])
    expect(await lines('machines_ended')).toEqual(['slipway_machines_ended_total{fleet="cloud",outcome="deleted"} 1'])
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
    expect(await lines('fleet_cpus{')).toEqual([
      'slipway_fleet_cpus{fleet="local",part="allocatable"} 4',
      'slipway_fleet_cpus{fleet="local",part="promised"} 0.5',
    ])
    metrics.observe(() => ({ ...standing, jobs: [], machines: [], staleness: {} }))
    expect(await lines('jobs{')).toEqual([])
    expect(await lines('fleet_cpus{')).toEqual([])
  })

  it('keep the words of senders within bounds', async () => {
    for (let n = 0; n < 80; n++)
      metrics.onServerEvent('hook', { source: 'github', outcome: 'ignored', reason: `event-${n}` })
    const reasons = await lines('hooks_ignored_total{')
    expect(reasons).toHaveLength(51)
    expect(reasons.at(-1)).toBe('slipway_hooks_ignored_total{source="github",reason="other"} 30')
  })
})
