import { describe, expect, test } from 'vitest'
import { NotFound, Refused } from '../../../src/domain/errors.ts'
import { change } from '../../../src/reconciler/state.ts'
import { anOffer } from '../../fakes/cloud.ts'
import { act, machineOf, openCloudBench, storyOf, want, wantReady } from '../../fakes/elastic.ts'
import { anElasticFleet, aPool } from '../../fakes/ports.ts'
import { aPushPool, minute, push, stateOf, work } from '../../fakes/pushed.ts'
import { openBench, type Bench } from '../../fakes/service.ts'

const spot = anOffer({ key: 'd8/spot', spot: true })

async function running(bench: Bench, ms = 30 * minute) {
  const job = bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: ms })
  await bench.run(5000)
  expect(job.state).toBe('running')
  const [agent] = [...bench.context.state.agents.values()]
  return { job, agent: agent?.key ?? '' }
}

describe('a machine that its provider no longer has', () => {
  test('ends with its agents, whose host is lost', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const { agent } = await running(bench)
    bench.cloud.takeBack(key)
    await bench.run(minute)
    expect(await machineOf(bench, key)).toMatchObject({
      state: 'failed',
      made: { endReason: 'its provider no longer lists it' },
    })
    expect((await bench.store.get('agent', agent))?.exit?.kind).toBe('host-lost')
    expect(await storyOf(bench, key)).toEqual(
      expect.arrayContaining(['machine-unreachable noted', 'machine-lost noted']),
    )
    expect(bench.context.state.containers.size).toBe(0)
  })

  test('while nobody looked ends after the next start', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const { agent } = await running(bench)
    await bench.crash()
    bench.cloud.takeBack(key)
    bench.context.runtimes.forget(key)
    await bench.run(minute)
    expect((await machineOf(bench, key))?.state).toBe('failed')
    expect((await bench.store.get('agent', agent))?.exit?.kind).toBe('host-lost')
  })

  test('was evicted if it was on loan', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench, spot)
    const { agent } = await running(bench)
    bench.cloud.takeBack(key)
    await bench.run(minute)
    expect((await bench.store.get('agent', agent))?.exit?.kind).toBe('evicted')
    expect((await machineOf(bench, key))?.made?.eviction).toBeDefined()
  })

  test('loses the pushed job that ran there', async () => {
    const fleets = [anElasticFleet()]
    const bench = await openBench({ machines: [], fleets, pools: [aPushPool({ fleets: ['cloud'] })] })
    const key = await wantReady(bench)
    const job = await push(bench, work('w', 30 * minute))
    await bench.run(5000)
    bench.cloud.takeBack(key)
    await bench.run(minute)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'lost' })
  })

  test('counts as there while it answers: a listing may slip', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const { job } = await running(bench)
    const machine = bench.cloud.machines.get(key)
    bench.cloud.machines.delete(key)
    const answers = bench.cloud.answers
    bench.cloud.answers = () => true
    await bench.run(minute)
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
    bench.cloud.answers = answers
    if (machine) bench.cloud.machines.set(key, machine)
    await bench.run(minute)
    expect(job.state).toBe('running')
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
  })

  test.each(['failed', 'stopped', 'deleting'] as const)(
    'or says that it is %s: takes nothing new, and ends once it is silent',
    async (state) => {
      const bench = await openCloudBench()
      const key = await wantReady(bench)
      const { agent, job } = await running(bench)
      Object.assign(bench.cloud.machines.get(key) ?? {}, { state, detail: 'disk fault' })
      await bench.run(20_000)
      expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'ready', cordon: { by: 'rule' } })
      expect(job.state).toBe('running')
      bench.faults.silent.add(key)
      await bench.run(30_000)
      expect((await bench.store.get('agent', agent))?.exit?.kind).toBe('host-lost')
      expect(bench.context.state.machines.get(key)?.state ?? 'failed').toMatch(/deleting|failed/)
    },
  )
})

describe('a machine that does not answer', () => {
  test('keeps its jobs, and is used again when it is back', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const { job } = await running(bench, 20 * minute)
    bench.faults.silent.add(key)
    await bench.run(15 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('unreachable')
    expect(job.state).toBe('running')
    bench.faults.silent.delete(key)
    await bench.run(10_000)
    expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'ready', agentsHad: 1 })
    await bench.run(10 * minute, 5000)
    expect(job).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(bench.world.violations).toEqual([])
  })

  test('is replaced once the source says that none of its agents has a job', async () => {
    const fleets = [anElasticFleet({}, { bootTimeoutMs: 2 * minute })]
    const pool = aPool({ fleets: ['cloud'], warm: { agents: 1, standby: 0 } })
    const bench = await openBench({ machines: [], fleets, pools: [pool] })
    await wantReady(bench)
    await bench.run(10_000)
    const [agent] = [...bench.context.state.agents.values()]
    const key = agent?.machine ?? ''
    expect(agent?.state).toBe('idle')
    bench.faults.silent.add(key)
    await bench.run(minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('unreachable')
    await bench.run(3 * minute, 5000)
    expect(await machineOf(bench, key)).toMatchObject({ state: 'failed' })
    expect((await bench.store.get('agent', agent?.key ?? ''))?.exit?.kind).toBe('host-lost')
    expect(bench.world.violations).toEqual([])
  })
})

describe('an agent on a machine that does not answer', () => {
  test('that nobody has told of a job is asked of its source, and holds nothing up', async () => {
    const fleets = [anElasticFleet({}, { bootTimeoutMs: 2 * minute })]
    const bench = await openBench({ machines: [], fleets, pools: [aPool({ fleets: ['cloud'] })] })
    const key = await wantReady(bench)
    const { job, agent } = await running(bench)
    const held = bench.context.state.agents.get(agent)
    if (held) await bench.context.state.commit([change('agent', held, { job: undefined })])
    bench.faults.silent.add(key)
    await bench.run(4 * minute, 5000)
    expect(job.state).toBe('running')
    expect(bench.context.state.machines.get(key)?.state).toBe('unreachable')
    bench.world.killMachine(key)
    await bench.run(4 * minute, 5000)
    expect((await machineOf(bench, key))?.state).toBe('failed')
    expect(bench.world.violations).toEqual([])
  })

  test('of a pushed job stays: only the machine can tell of it', async () => {
    const fleets = [anElasticFleet({}, { bootTimeoutMs: 2 * minute })]
    const bench = await openBench({ machines: [], fleets, pools: [aPushPool({ fleets: ['cloud'] })] })
    const key = await wantReady(bench)
    const job = await push(bench, work('w', 60 * minute))
    await bench.run(5000)
    bench.faults.silent.add(key)
    await bench.run(9 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('unreachable')
    expect((await stateOf(bench, job))?.state).toBe('running')
  })
})

describe('a notice that it is taken back', () => {
  test('cordons at once; what runs goes on until it is gone, and is told to be evicted', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench, spot)
    const { agent, job } = await running(bench)
    const notBefore = bench.clock.wall() + 30_000
    bench.cloud.machines.get(key)?.notices.push({ id: 'e1', what: 'Preempt', notBefore })
    await bench.run(6000)
    expect(bench.context.state.machines.get(key)).toMatchObject({
      state: 'ready',
      cordon: { by: 'rule' },
      made: { eviction: { notBefore } },
    })
    expect(job.state).toBe('running')
    bench.cloud.takeBack(key)
    await bench.run(minute)
    expect((await bench.store.get('agent', agent))?.exit).toMatchObject({ kind: 'evicted' })
    expect((await machineOf(bench, key))?.state).toBe('failed')
  })

  test('of a short freeze means nothing', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench, spot)
    bench.cloud.machines.get(key)?.notices.push({ id: 'e1', what: 'Freeze' })
    await bench.run(10_000)
    expect(bench.context.state.machines.get(key)?.cordon).toBeUndefined()
  })
})

test('a machine that never comes up is given up by a service that never saw an engine of it', async () => {
  const fleets = [anElasticFleet({}, { bootTimeoutMs: 2 * minute })]
  const bench = await openCloudBench({ fleets })
  bench.cloud.createMs = 60 * minute
  const key = await want(bench)
  await bench.run(5000)
  const machine = bench.context.state.machines.get(key)
  // The work of making it is done, says its provider, which goes on listing it as if it were not.
  const made = machine?.made && { ...machine.made, operation: undefined }
  if (machine) await bench.context.state.commit([change('machine', machine, { state: 'booting', made })])
  await bench.crash()
  await bench.run(5 * minute, 5000)
  expect(await machineOf(bench, key)).toMatchObject({ state: 'failed', made: { failed: true } })
  expect(bench.cloud.machines.size).toBe(0)
})

describe('orphans', () => {
  function stranger(bench: Bench, name: string) {
    const facts = { name, fleet: 'cloud', offer: anOffer(), notices: [], answersFrom: undefined }
    bench.cloud.machines.set(name, { ...facts, state: 'running' })
  }

  test('in the cloud without a record are deleted after ten minutes', async () => {
    const bench = await openCloudBench()
    stranger(bench, 'left-over')
    await bench.run(9 * minute, 5000)
    expect(bench.cloud.machines.get('left-over')?.state).toBe('running')
    await bench.run(3 * minute, 5000)
    expect(bench.cloud.machines.size).toBe(0)
    expect(await storyOf(bench, 'left-over')).toEqual(['delete-orphan intended', 'delete-orphan done'])
  })

  test('whose deletion hangs are asked for again', async () => {
    const bench = await openCloudBench()
    stranger(bench, 'stuck')
    const stuck = bench.cloud.machines.get('stuck')
    if (stuck) stuck.state = 'deleting'
    await bench.run(12 * minute, 5000)
    expect(bench.cloud.machines.size).toBe(0)
  })

  test('that were seen once and went are counted anew', async () => {
    const bench = await openCloudBench()
    stranger(bench, 'now-and-then')
    await bench.run(9 * minute, 5000)
    bench.cloud.machines.delete('now-and-then')
    await bench.run(minute, 5000)
    stranger(bench, 'now-and-then')
    await bench.run(5 * minute, 5000)
    expect(bench.cloud.machines.size).toBe(1)
  })

  test('of a lost store are deleted too, what has a record stays', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    await bench.run(20 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
    expect(bench.cloud.machines.size).toBe(1)
  })
})

describe('`delete`', () => {
  test('without force lets what runs go on', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const { job } = await running(bench, 2 * minute)
    const machine = await bench.operations.deleteMachine(key, { force: false }, 'ann')
    expect(machine).toMatchObject({
      state: 'ready',
      cordon: { by: 'ann' },
      made: { endReason: 'to be deleted, says ann' },
    })
    await bench.run(minute)
    expect(job.state).toBe('running')
  })

  test('is taken back with the cordon', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    await bench.operations.deleteMachine(key, { force: false }, 'ann')
    const machine = await bench.operations.undrain(key, 'ann')
    expect(machine.cordon).toBeUndefined()
    expect(machine.made?.endReason).toBeUndefined()
  })

  test('with force ends what runs, and the journal says who wanted it', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const { agent, job } = await running(bench)
    await bench.operations.deleteMachine(key, { force: true }, 'ann')
    await bench.run(minute)
    expect((await machineOf(bench, key))?.state).toBe('gone')
    expect(job.state).toBe('done')
    expect((await bench.store.get('agent', agent))?.exit).toMatchObject({
      kind: 'killed',
      detail: expect.stringContaining('ann'),
    })
    const entries = await bench.store.journal({ subject: `agent:${agent}`, limit: 9 })
    expect(entries.some(({ kind, by }) => kind === 'end-agent' && by === 'ann')).toBe(true)
    expect(bench.cloud.machines.size).toBe(0)
  })

  test('is refused for a machine given by hand, and not found for an unknown one', async () => {
    const bench = await openBench()
    await expect(bench.operations.deleteMachine('m1', { force: true }, 'ann')).rejects.toBeInstanceOf(Refused)
    await expect(bench.operations.deleteMachine('m9', { force: true }, 'ann')).rejects.toBeInstanceOf(NotFound)
  })
})

describe('a fleet that leaves the configuration', () => {
  test('keeps its machines, which take nothing new, until it is back', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const { fleets } = bench
    bench.fleets = []
    await bench.run(2 * minute, 5000)
    expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'ready', cordon: { by: 'rule' } })
    bench.fleets = fleets
    await bench.run(10_000)
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'x' })
    await bench.run(minute)
    expect((await machineOf(bench, key))?.state).toBe('gone')
  })
})

test('two machines at once are two', async () => {
  const bench = await openCloudBench()
  const both = [await want(bench), await want(bench)]
  await bench.run(minute)
  expect(both.map((key) => bench.context.state.machines.get(key)?.state)).toEqual(['ready', 'ready'])
})
