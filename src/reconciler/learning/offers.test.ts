import { describe, expect, test } from 'vitest'
import { anOffer } from '../../../test/fakes/cloud.ts'
import { openCloudBench, wantReady } from '../../../test/fakes/elastic.ts'
import { anElasticFleet } from '../../../test/fakes/ports.ts'
import { minute } from '../../../test/fakes/pushed.ts'
import { Transient } from '../../domain/errors.ts'

describe('offers', () => {
  test('are read at the start, and every five minutes', async () => {
    const bench = await openCloudBench()
    expect(bench.context.known.offers.get('cloud')).toEqual([anOffer()])
    bench.cloud.offers = [anOffer({ key: 'd16' })]
    await bench.run(4 * minute, 5000)
    expect(bench.context.known.offers.get('cloud')?.[0]?.key).toBe('d8')
    await bench.run(2 * minute, 5000)
    expect(bench.context.known.offers.get('cloud')?.[0]?.key).toBe('d16')
  })

  test('that there are none are asked for again after a minute', async () => {
    const bench = await openCloudBench()
    bench.cloud.offers = []
    await bench.run(5 * minute, 5000)
    expect(bench.context.known.offers.get('cloud')).toEqual([])
    bench.cloud.offers = [anOffer()]
    await bench.run(70_000, 5000)
    expect(bench.context.known.offers.get('cloud')).toHaveLength(1)
  })

  test('that can not be read rest, and are shown as trouble; the known ones stay', async () => {
    const bench = await openCloudBench()
    const fails = () => bench.context.backoffs.list().map(({ target, error }) => [target, error])
    bench.faults.next.set('offers', [new Transient('no answer')])
    for (let i = 0; fails().length === 0 && i < 400; i++) await bench.run(1000)
    expect(fails()).toEqual([['offers:cloud', 'no answer']])
    expect(bench.context.known.offers.get('cloud')).toHaveLength(1)
    await bench.run(minute)
    expect(bench.context.backoffs.list()).toEqual([])
  })

  test('of a fleet whose configuration changed are read at once, of one that left are forgotten', async () => {
    const bench = await openCloudBench()
    bench.cloud.offers = [anOffer({ key: 'd32' })]
    bench.fleets = [anElasticFleet({}, { template: 't2' })]
    bench.reconciler.refresh()
    await bench.run(1000)
    expect(bench.context.known.offers.get('cloud')?.[0]?.key).toBe('d32')
    bench.fleets = []
    await bench.run(10_000)
    expect(bench.context.known.offers.size).toBe(0)
  })

  test('with another price change that of the machines made from them', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    bench.cloud.offers = []
    await bench.run(6 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.made?.prices).toHaveLength(1)
    bench.cloud.offers = [anOffer({ price: { nanos: 1n, currency: 'USD' } })]
    await bench.run(2 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.made?.prices.at(-1)?.nanosPerHour).toBe('1')
  })
})
