import { expect, it } from 'vitest'
import { Conflict } from '../../src/domain/errors.ts'
import type { Change, Store } from '../../src/domain/ports/store.ts'
import {
  aContainer,
  aJob,
  aMachine,
  anAgent,
  aRegistration,
  aToken,
  aWaitGroup,
  delivery,
  insert,
  journal,
  keys,
} from './store-samples.ts'

/** The part of the contract that is about what is not a record, and about forgetting. */
export function deliveryContract(store: () => Store): void {
  it('takes a delivery once in each source', async () => {
    await store().commit([delivery('d1')])
    await expect(store().commit([delivery('d1', { at: 2000 })])).rejects.toThrow(Conflict)
    await store().commit([delivery('d1', { source: 'other' })])
    expect(await store().known('other', ['d1', 'd2'])).toStrictEqual(new Set(['d1']))
  })

  it('takes it once even from one batch', async () => {
    await expect(store().commit([delivery('d1'), delivery('d1')])).rejects.toThrow(Conflict)
    expect(await store().known('github', ['d1'])).toStrictEqual(new Set())
  })

  it('tells the known ones of a long list', async () => {
    const ids = Array.from({ length: 40_000 }, (_, index) => `d'${index}"`)
    await store().commit([delivery('d\'7"'), delivery('d\'39999"')])
    expect(await store().known('github', ids)).toStrictEqual(new Set(['d\'7"', 'd\'39999"']))
    expect(await store().known('github', [])).toStrictEqual(new Set())
  })
}

export function journalContract(store: () => Store): void {
  it('answers newest first, whole and filtered', async () => {
    await store().commit([journal({ at: 10, reason: 'one' }), journal({ at: 30, reason: 'three', kind: 'other' })])
    await store().commit([
      journal({ at: 20, reason: 'two', subject: 'pool:linux' }),
      journal({ at: 30, reason: 'four' }),
    ])
    const reasons = async (query: object) =>
      (await store().journal({ limit: 10, ...query })).map(({ reason }) => reason)
    expect(await reasons({})).toStrictEqual(['four', 'three', 'two', 'one'])
    expect(await reasons({ limit: 2 })).toStrictEqual(['four', 'three'])
    expect(await reasons({ since: 20 })).toStrictEqual(['four', 'three', 'two'])
    expect(await reasons({ subject: 'pool:linux' })).toStrictEqual(['two'])
    expect(await reasons({ kind: 'start-agent', since: 11 })).toStrictEqual(['four', 'two'])
  })
}

export function smallContract(store: () => Store): void {
  it('keeps the newest tail of an agent', async () => {
    await store().commit([{ kind: 'tail', agent: 'a1', text: 'first', at: 1 }])
    await store().commit([{ kind: 'tail', agent: 'a1', text: 'x'.repeat(65_536), at: 2 }])
    expect(await store().tail('a1')).toHaveLength(65_536)
    expect(await store().tail('a2')).toBeUndefined()
  })

  it('sets, replaces and removes settings', async () => {
    await store().commit([{ kind: 'setting', key: 'cursor', value: '' }])
    expect(await store().setting('cursor')).toBe('')
    await store().commit([{ kind: 'setting', key: 'cursor', value: 'two' }])
    expect(await store().setting('cursor')).toBe('two')
    await store().commit([{ kind: 'setting', key: 'cursor', value: null }])
    expect(await store().setting('cursor')).toBeUndefined()
  })

  it('keeps the waits of the newest plan alone', async () => {
    expect(await store().waits()).toStrictEqual([])
    await store().commit([{ kind: 'waits', groups: [aWaitGroup(), aWaitGroup({ code: 'pool-limit' })] }])
    await store().commit([{ kind: 'waits', groups: [aWaitGroup({ count: 1, etaMs: 5 })] }])
    expect(await store().waits()).toStrictEqual([aWaitGroup({ count: 1, etaMs: 5 })])
  })

  it('keeps tokens by name', async () => {
    await store().commit([{ kind: 'token', token: aToken({ name: 'b' }) }])
    await store().commit([{ kind: 'token', token: aToken({ name: 'a' }) }])
    await store().commit([{ kind: 'token', token: aToken({ name: 'b', revokedAt: 2000 }) }])
    expect(await store().tokens()).toStrictEqual([aToken({ name: 'a' }), aToken({ name: 'b', revokedAt: 2000 })])
  })
}

export function pruneContract(store: () => Store): void {
  it('removes only what was over before the moment, the oldest first, at most the limit', async () => {
    await store().commit([
      insert('job', aJob({ externalId: 'live', receivedAt: 1 })),
      ...[10, 20, 30, 40].map((doneAt) => insert('job', aJob({ externalId: `at${doneAt}`, state: 'done', doneAt }))),
    ])
    const left = async () => keys(await store().jobs({ limit: 10 })).map((key) => key.split('/')[1])
    expect(await store().prune('job', 40, 2)).toBe(2)
    expect(await left()).toStrictEqual(['at30', 'at40', 'live'])
    expect(await store().prune('job', 40, 10)).toBe(1)
    expect(await store().prune('job', 40, 10)).toBe(0)
    expect(await left()).toStrictEqual(['at40', 'live'])
  })

  it('keeps live records of every table whatever their age', async () => {
    const agents = [anAgent(), anAgent({ key: 'over', state: 'gone' })]
    const machines = [
      aMachine(),
      aMachine({ key: 'gone', state: 'gone' }),
      aMachine({ key: 'failed', state: 'failed' }),
    ]
    const registrations = [aRegistration(), aRegistration({ key: 'over', state: 'gone' })]
    const containers = [aContainer(), aContainer({ key: 'over', state: 'gone' })]
    await store().commit([
      ...agents.map((record) => insert('agent', record)),
      ...machines.map((record) => insert('machine', record)),
      ...registrations.map((record) => insert('registration', record)),
      ...containers.map((record) => insert('container', record)),
    ])
    expect(await store().prune('agent', 9999, 10)).toBe(1)
    expect(await store().prune('machine', 9999, 10)).toBe(2)
    expect(await store().prune('registration', 9999, 10)).toBe(1)
    expect(await store().prune('container', 9999, 10)).toBe(1)
    expect(await store().live('agent')).toStrictEqual([anAgent()])
    expect(await store().live('machine')).toStrictEqual([aMachine()])
    expect(await store().get('agent', 'over')).toBeUndefined()
  })

  it('removes old deliveries, journal and tails', async () => {
    await store().commit(
      [10, 20, 30].flatMap((at): Change[] => [
        delivery(`d${at}`, { at }),
        journal({ at }),
        { kind: 'tail', agent: `a${at}`, text: 'out', at },
      ]),
    )
    for (const table of ['delivery', 'journal', 'tail'] as const) {
      expect(await store().prune(table, 30, 1)).toBe(1)
      expect(await store().prune(table, 30, 10)).toBe(1)
    }
    expect(await store().known('github', ['d10', 'd20', 'd30'])).toStrictEqual(new Set(['d30']))
    expect((await store().journal({ limit: 10 })).map(({ at }) => at)).toStrictEqual([30])
    expect([await store().tail('a20'), await store().tail('a30')]).toStrictEqual([undefined, 'out'])
  })
}
