import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  InsufficientCapacity,
  QuotaExceeded,
  Refused,
  SlipwayError,
  Throttled,
  Transient,
  Unauthorized,
} from '../../src/domain/errors.ts'
import type { Offer } from '../../src/domain/offer.ts'
import type {
  ElasticProvider,
  MachineOrder,
  MachineProvider,
  Operation,
  ProviderMachine,
} from '../../src/domain/ports/provider.ts'
import { fitsWithin, noResources } from '../../src/domain/resources.ts'
import type { ProviderUnderTest } from './provider-under-test.ts'

export type { Cloud, ProviderUnderTest, Spoiled } from './provider-under-test.ts'

const enough = 200

/** What every elastic provider must keep to, whatever is behind it. */
export function describeProvider(title: string, open: () => Promise<ProviderUnderTest>): void {
  describe(`provider: ${title}`, () => {
    let under: ProviderUnderTest
    let elastic: ElasticProvider
    let fleet: string
    let offer: Offer

    beforeEach(async () => {
      under = await open()
      fleet = under.fleet
      elastic = elasticOf(under.provider)
      offer = firstOf(await elastic.offers(fleet))
    })
    afterEach(() => under.close())

    function order(name: string): MachineOrder {
      return { name, fleet, offer }
    }

    /** Asks until the work is done; rejects as the work does. */
    async function finish(operation: Operation, by = elastic): Promise<void> {
      if (operation === undefined) return
      for (let turn = 0; turn < enough; turn += 1) {
        if ((await by.poll(fleet, operation)) === 'done') return
        await under.pass()
      }
      throw new Error(`the work does not end: ${operation}`)
    }

    async function make(name: string): Promise<void> {
      await finish(await elastic.create(order(name)))
    }

    async function remove(name: string): Promise<void> {
      await finish(await elastic.delete(fleet, name))
    }

    async function listed(by = under.provider): Promise<readonly ProviderMachine[]> {
      return (await by.list(fleet)).machines
    }

    describe('offers', () => {
      it('says what can be asked for, each way under a key of its own', async () => {
        const offers = await elastic.offers(fleet)
        expect(new Set(offers.map(({ key }) => key)).size).toBe(offers.length)
        for (const each of offers) {
          expect(each.key.split('/')[0]).toBe(each.sizeName)
          expect(Object.values(each.size).every(Number.isSafeInteger)).toBe(true)
          expect(fitsWithin(noResources, each.size)).toBe(true)
          expect(each.quota ?? 0).toBeGreaterThanOrEqual(0)
        }
      })

      it('prices are exact amounts of one currency, with the age of those that were read', async () => {
        const prices = (await elastic.offers(fleet)).flatMap(({ price }) => price ?? [])
        for (const { nanos } of prices) expect(nanos).toBeGreaterThanOrEqual(0n)
        expect(new Set(prices.map(({ currency }) => currency)).size).toBeLessThanOrEqual(1)
        for (const { currency } of prices) expect(currency).toMatch(/^[A-Z]{3}$/)
      })

      it('tells of every finding that is not well how to mend it', async () => {
        const findings = await elastic.examine(fleet)
        expect(findings).not.toEqual([])
        for (const { level, mend } of findings) expect(level === 'ok' || mend !== undefined).toBe(true)
      })
    })

    describe('making', () => {
      it('answers when the work is accepted, and lists the machine from then on', async () => {
        const operation = await elastic.create(order('one'))
        expect(await listed()).toMatchObject([{ name: 'one', fleet, state: /^(creating|running)$/ }])
        await finish(operation)
        const [machine] = await listed()
        expect(machine).toMatchObject({ name: 'one', fleet, state: 'running', size: offer.size })
        expect(machine?.endpoint).toMatchObject({ kind: /^(tcp|unix)$/ })
      })

      it('makes nothing twice: while it is being made, and after', async () => {
        const first = await elastic.create(order('one'))
        const second = await elastic.create(order('one'))
        await finish(first)
        await finish(second)
        await make('one')
        expect(await under.cloud.machines()).toEqual(['one'])
        expect(await listed()).toHaveLength(1)
      })

      it('makes several side by side', async () => {
        await Promise.all(['one', 'two', 'three'].map(make))
        expect((await listed()).map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
          'one running',
          'three running',
          'two running',
        ])
      })

      it('goes on under another process, which knows only the words of the operation', async () => {
        const operation = await elastic.create(order('one'))
        const other = await under.again()
        await finish(operation, elasticOf(other))
        expect(await listed(other)).toMatchObject([{ name: 'one', state: 'running' }])
        await finish(await elasticOf(other).create(order('one')), elasticOf(other))
        expect(await under.cloud.machines()).toEqual(['one'])
      })
    })

    describe('listing', () => {
      it('says when it began', async () => {
        const before = under.clock.wall()
        const listing = await under.provider.list(fleet)
        expect(listing.began).toBeGreaterThanOrEqual(before)
        expect(listing.began).toBeLessThanOrEqual(under.clock.wall())
        expect(listing).toMatchObject({ machines: [], unreachable: [] })
      })

      it('keeps fleets apart', async ({ skip }) => {
        if (under.otherFleet === undefined) return skip('it has one fleet')
        await make('one')
        expect((await under.provider.list(under.otherFleet)).machines).toEqual([])
      })

      it('a machine that went by itself is not there', async ({ skip }) => {
        if (!under.cloud.vanish) return skip('none can go')
        await make('one')
        await under.cloud.vanish('one')
        expect((await listed()).filter(({ state }) => state === 'running')).toEqual([])
        await remove('one')
        expect([await listed(), await under.cloud.leaks()]).toEqual([[], []])
      })
    })

    describe('deleting', () => {
      it('leaves nothing', async () => {
        await make('one')
        await remove('one')
        expect([await under.cloud.machines(), await listed(), await under.cloud.leaks()]).toEqual([[], [], []])
      })

      it('may be asked for again, while it goes on and after', async () => {
        await make('one')
        const first = await elastic.delete(fleet, 'one')
        const second = await elastic.delete(fleet, 'one')
        await finish(first)
        await finish(second)
        await remove('one')
        expect([await under.cloud.machines(), await under.cloud.leaks()]).toEqual([[], []])
      })

      it('of what never was is done', async () => {
        await remove('nobody')
        expect(await under.cloud.machines()).toEqual([])
      })

      it('does not wait for the making to end', async () => {
        await elastic.create(order('one'))
        await remove('one')
        expect([await under.cloud.machines(), await listed(), await under.cloud.leaks()]).toEqual([[], [], []])
      })

      it('goes on under another process', async () => {
        await make('one')
        const operation = await elastic.delete(fleet, 'one')
        await finish(operation, elasticOf(await under.again()))
        expect([await under.cloud.machines(), await under.cloud.leaks()]).toEqual([[], []])
      })

      it('clears away what its cloud forgets', async ({ skip }) => {
        if (!under.cloud.forget) return skip('it forgets nothing')
        await make('one')
        under.cloud.forget()
        await remove('one')
        expect([await under.cloud.machines(), await listed(), await under.cloud.leaks()]).toEqual([[], [], []])
      })

      it('takes the one that is named and no other', async () => {
        await Promise.all(['one', 'on', 'one-more'].map(make))
        await remove('one')
        expect([...(await under.cloud.machines())].sort()).toEqual(['on', 'one-more'])
      })
    })

    describe('machines of others', () => {
      beforeEach(async ({ skip }) => {
        if (!under.cloud.foreign) return skip('it has no others')
        await under.cloud.foreign('theirs')
      })

      it('are not listed', async () => {
        await make('one')
        expect((await listed()).map(({ name }) => name)).toEqual(['one'])
      })

      it('are not deleted, though the name be right', async () => {
        await settle(remove('theirs'))
        expect(await under.cloud.machines()).toEqual(['theirs'])
      })

      it('are not stopped', async ({ skip }) => {
        const { rest } = elastic
        if (!rest) return skip('it stops none')
        await settle(rest.stop(fleet, 'theirs').then((operation) => finish(operation)))
        expect(await under.cloud.machines()).toEqual(['theirs'])
      })
    })

    describe('stopping and starting', () => {
      it('keeps the machine, and brings it back', async ({ skip }) => {
        const { rest } = elastic
        if (!rest) return skip('it stops none')
        await make('one')
        await finish(await rest.stop(fleet, 'one'))
        expect(await listed()).toMatchObject([{ name: 'one', state: 'stopped', size: offer.size }])
        await finish(await rest.stop(fleet, 'one'))
        await finish(await rest.start(fleet, 'one'))
        expect(await listed()).toMatchObject([{ name: 'one', state: 'running' }])
        await finish(await rest.start(fleet, 'one'))
        await remove('one')
        expect([await under.cloud.machines(), await under.cloud.leaks()]).toEqual([[], []])
      })

      it('deletes a stopped one', async ({ skip }) => {
        const { rest } = elastic
        if (!rest) return skip('it stops none')
        await make('one')
        await finish(await rest.stop(fleet, 'one'))
        await remove('one')
        expect([await under.cloud.machines(), await under.cloud.leaks()]).toEqual([[], []])
      })
    })

    describe('faults', () => {
      it.for([
        ['capacity', InsufficientCapacity],
        ['later', InsufficientCapacity],
        ['quota', QuotaExceeded],
        ['throttled', Throttled],
        ['unauthorized', Unauthorized],
        ['broken', Transient],
        ['refused', Refused],
      ] as const)('%s: the error says what to do next, and nothing is left', async ([how, error], { skip }) => {
        if (!under.cloud.spoilCreate(how)) return skip('it can not end so')
        await expect(make('one')).rejects.toThrow(error)
        await settle(remove('one'))
        await under.pass()
        await settle(remove('one'))
        expect([await under.cloud.machines(), await listed(), await under.cloud.leaks()]).toEqual([[], [], []])
      })

      it('an answer that is lost is a machine that is made once', async ({ skip }) => {
        if (!under.cloud.spoilCreate('lost')) return skip('none gets lost')
        await expect(elastic.create(order('one'))).rejects.toThrow(SlipwayError)
        await make('one')
        expect(await under.cloud.machines()).toEqual(['one'])
        expect(await listed()).toMatchObject([{ name: 'one', state: 'running' }])
      })

      it('a machine that its cloud gave up on is shown so, with the reason', async ({ skip }) => {
        if (!under.cloud.spoilCreate('later')) return skip('none is given up on')
        await settle(make('one'))
        const [machine] = await listed()
        expect(machine).toMatchObject({ name: 'one', state: 'failed', detail: expect.any(String) })
      })

      it('a call that hangs ends by its deadline, and may be made again', async ({ skip }) => {
        const hanging = under.cloud.hang?.()
        if (!hanging) return skip('none hangs')
        const call = settle(elastic.create(order('one')))
        await hanging.reached()
        await hanging.expire()
        expect(await call).toBeInstanceOf(Transient)
        await make('one')
        expect(await under.cloud.machines()).toEqual(['one'])
      })
    })
  })
}

function elasticOf({ elastic }: MachineProvider): ElasticProvider {
  if (!elastic) throw new Error('the provider is not elastic')
  return elastic
}

function firstOf(offers: readonly Offer[]): Offer {
  const offer = offers.find(({ refused }) => refused === undefined)
  if (!offer) throw new Error('nothing is on offer')
  return offer
}

/** Whatever came of it: the error, or undefined. */
function settle(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  )
}
