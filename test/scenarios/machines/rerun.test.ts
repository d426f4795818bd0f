import { expect, test } from 'vitest'
import { Unauthorized } from '../../../src/domain/errors.ts'
import { anOffer } from '../../fakes/cloud.ts'
import { wantReady } from '../../fakes/elastic.ts'
import { anElasticFleet, aPool } from '../../fakes/ports.ts'
import { minute } from '../../fakes/pushed.ts'
import { openBench, type Bench } from '../../fakes/service.ts'

const spot = anOffer({ key: 'd8/spot', spot: true })

function openSpotBench(rerunEvicted = true): Promise<Bench> {
  const fleets = [anElasticFleet({}, { rerunEvicted })]
  return openBench({ machines: [], fleets, pools: [aPool({ fleets: ['cloud'] })] })
}

/** A job runs on a machine on loan, which is taken back; its source ends it as failed, its run not before `ends`. */
async function loseJob(bench: Bench): Promise<{ readonly id: string; readonly ends: () => void }> {
  const key = await wantReady(bench, spot)
  const job = bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 60 * minute })
  bench.world.openRuns.add(`r${job.id}`)
  await bench.run(5000)
  expect(job.state).toBe('running')
  bench.cloud.takeBack(key)
  await bench.run(2 * minute, 5000)
  expect(job).toMatchObject({ state: 'done', conclusion: 'failure' })
  return { id: job.id, ends: () => bench.world.openRuns.clear() }
}

test('a job that was lost to an eviction is run again once its run is over, and only once', async () => {
  const bench = await openSpotBench()
  const { id, ends } = await loseJob(bench)
  expect(bench.world.reruns).toEqual([])
  ends()
  await bench.run(3 * minute, 5000)
  expect(bench.world.reruns).toEqual([id])
  const [entry] = await bench.store.journal({ kind: 'rerun-job', limit: 9 })
  expect(entry).toMatchObject({ subject: `job:github/${id}/1`, outcome: 'done' })
  await bench.crash()
  await bench.run(5 * minute, 5000)
  expect(bench.world.reruns).toEqual([id])
})

test('it is still run again if the process dies before it could ask', async () => {
  const bench = await openSpotBench()
  const { id, ends } = await loseJob(bench)
  await bench.crash()
  ends()
  await bench.run(3 * minute, 5000)
  expect(bench.world.reruns).toEqual([id])
})

test('a refusal is shown, and it is asked for again', async () => {
  const bench = await openSpotBench()
  const { id, ends } = await loseJob(bench)
  bench.faults.next.set('rerun', [new Unauthorized('the App lacks actions: write')])
  ends()
  await bench.run(minute, 5000)
  expect(bench.context.backoffs.list()).toMatchObject([{ target: 'rerun:github/acme', failures: 1 }])
  await bench.run(2 * minute, 5000)
  expect(bench.world.reruns).toEqual([id])
})

test('what can not be asked for within a day is given up, and the journal says so', async () => {
  const bench = await openSpotBench()
  const { id } = await loseJob(bench)
  await bench.clock.advance(0)
  for (const loop of bench.reconciler.loops) if (loop.name !== 'reruns') await loop.stop()
  await bench.clock.advance(86_400_000)
  const [entry] = await bench.store.journal({ kind: 'rerun-job', limit: 9 })
  expect(entry).toMatchObject({ subject: `job:github/${id}/1`, outcome: 'failed' })
  expect(bench.world.reruns).toEqual([])
})

test('nothing is run again where the fleet does not say so, nor what failed by itself', async () => {
  const careless = await openSpotBench(false)
  const { ends } = await loseJob(careless)
  ends()
  await careless.run(3 * minute, 5000)
  expect(careless.world.reruns).toEqual([])

  const bench = await openSpotBench()
  await wantReady(bench, spot)
  const job = bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 60 * minute })
  await bench.run(5000)
  const [container] = [...bench.world.containers.keys()]
  bench.world.kill(container ?? '')
  await bench.run(3 * minute, 5000)
  expect(job.conclusion).toBe('failure')
  expect(bench.world.reruns).toEqual([])
})
