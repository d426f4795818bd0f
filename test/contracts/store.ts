import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Conflict, StoreUnavailable } from '../../src/domain/errors.ts'
import type { Job } from '../../src/domain/jobs/job.ts'
import type { Change, JobQuery, Store } from '../../src/domain/ports/store.ts'
import { ledgerContract } from './store-ledger.ts'
import { deliveryContract, journalContract, pruneContract, smallContract } from './store-history.ts'
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
  update,
} from './store-samples.ts'

/** What every store must do. `open` makes an empty one for each test; the suite closes it. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(async () => {
      await store.close()
    })
    const theStore = () => store

    describe('records', () => {
      recordContract(theStore)
    })
    describe('batches', () => {
      batchContract(theStore)
    })
    describe('deliveries', () => {
      deliveryContract(theStore)
    })
    describe('pages of jobs', () => {
      jobsContract(theStore)
    })
    describe('journal', () => {
      journalContract(theStore)
    })
    describe('small things', () => {
      smallContract(theStore)
    })
    describe('ledger', () => {
      ledgerContract(theStore)
    })
    describe('pruning', () => {
      pruneContract(theStore)
    })
    describe('closing', () => {
      closeContract(theStore)
    })
  })
}

function recordContract(store: () => Store): void {
  it('keeps a record of every table as it was given', async () => {
    const job = aJob({ request: { image: 'i', command: ['sh'], env: { A: '1' }, resources: aResources, timeoutMs: 5 } })
    const machine = aMachine({ cordon: { reason: 'age', by: 'rule', at: 7 } })
    await store().commit([
      insert('job', job),
      insert('agent', anAgent()),
      insert('registration', aRegistration()),
      insert('container', aContainer()),
      insert('machine', machine),
    ])
    expect(await store().get('job', job.key)).toStrictEqual(job)
    expect(await store().get('agent', 'a1')).toStrictEqual(anAgent())
    expect(await store().get('registration', aRegistration().key)).toStrictEqual(aRegistration())
    expect(await store().get('container', 'a1')).toStrictEqual(aContainer())
    expect(await store().get('machine', 'm1')).toStrictEqual(machine)
    expect(await store().get('machine', 'm2')).toBeUndefined()
  })

  it('does not share objects with its callers', async () => {
    const labels = ['linux']
    const job = aJob({ requirement: { kind: 'all', labels, matchCase: false } })
    const committed = store().commit([insert('job', job)])
    labels.push('changed')
    await committed
    expect(await store().get('job', job.key)).toMatchObject({ requirement: { labels: ['linux'] } })
  })

  it('takes an update of what the writer saw', async () => {
    await store().commit([insert('agent', anAgent())])
    const change = update('agent', anAgent(), { state: 'activating', stateAt: 2000 })
    await store().commit([change])
    expect(await store().get('agent', 'a1')).toStrictEqual(change.record)
  })

  const refused: [string, Change][] = [
    ['a new record whose key is there', insert('agent', anAgent({ pool: 'other' }))],
    ['an update from an old version', update('agent', anAgent({ version: 3 }), { state: 'idle' })],
    ['an update from another state', update('agent', anAgent({ state: 'idle' }), { state: 'running' })],
    ['an update of what is not there', update('agent', anAgent({ key: 'a2' }), { state: 'idle' })],
    [
      'a version that skips one',
      { ...insert('agent', anAgent({ version: 3 })), expect: { version: 1, state: 'requested' } },
    ],
    ['a version that stays', { ...insert('agent', anAgent()), expect: { version: 1, state: 'requested' } }],
    ['a new record that does not begin at 1', insert('agent', anAgent({ key: 'a2', version: 2 }))],
  ]
  it.each(refused)('refuses %s', async (_, change) => {
    await store().commit([insert('agent', anAgent())])
    await expect(store().commit([change])).rejects.toThrow(Conflict)
    expect(await store().live('agent')).toStrictEqual([anAgent()])
  })

  it('lists what is live', async () => {
    const agents = [anAgent(), anAgent({ key: 'a2', state: 'draining' }), anAgent({ key: 'a3', state: 'gone' })]
    const jobs = (['waiting', 'queued', 'running', 'done'] as const).map((state) => aJob({ externalId: state, state }))
    const machines = (['ready', 'unreachable', 'gone', 'failed'] as const).map((state) =>
      aMachine({ key: state, state }),
    )
    const registrations = (['requested', 'made', 'gone'] as const).map((state) => aRegistration({ key: state, state }))
    const containers = (['active', 'removing', 'gone'] as const).map((state) => aContainer({ key: state, state }))
    await store().commit([
      ...agents.map((record) => insert('agent', record)),
      ...jobs.map((record) => insert('job', record)),
      ...machines.map((record) => insert('machine', record)),
      ...registrations.map((record) => insert('registration', record)),
      ...containers.map((record) => insert('container', record)),
    ])
    expect(keys(await store().live('agent'))).toStrictEqual(['a1', 'a2'])
    expect(keys(await store().live('job'))).toStrictEqual(keys(jobs.slice(0, 3)))
    expect(keys(await store().live('machine'))).toStrictEqual(['ready', 'unreachable'])
    expect(keys(await store().live('registration'))).toStrictEqual(['made', 'requested'])
    expect(keys(await store().live('container'))).toStrictEqual(['active', 'removing'])
  })

  it('lists what ended at a moment or later', async () => {
    const jobs = [10, 20, 30].map((doneAt) => aJob({ externalId: `at${doneAt}`, state: 'done', doneAt }))
    const containers = [
      aContainer({ state: 'gone', goneAt: 30 }),
      aContainer({ key: 'early', state: 'gone', goneAt: 10 }),
      aContainer({ key: 'live' }),
    ]
    await store().commit([
      insert('job', aJob()),
      ...jobs.map((job) => insert('job', job)),
      ...containers.map((container) => insert('container', container)),
    ])
    expect(keys(await store().ended('job', 20))).toStrictEqual(keys(jobs.slice(1)))
    expect(await store().ended('container', 20)).toStrictEqual([containers[0]])
    expect(await store().ended('agent', 0)).toStrictEqual([])
  })

  it('forgets as live what has come to its end', async () => {
    await store().commit([insert('job', aJob())])
    await store().commit([update('job', aJob(), { state: 'done', doneAt: 3000 })])
    expect(await store().live('job')).toStrictEqual([])
    expect(await store().get('job', aJob().key)).toMatchObject({ state: 'done', version: 2 })
  })
}

function batchContract(store: () => Store): void {
  it('keeps nothing of a batch that conflicts anywhere', async () => {
    await store().commit([delivery('d1'), insert('agent', anAgent())])
    const batch: Change[] = [
      insert('agent', anAgent({ key: 'a2' })),
      update('agent', anAgent(), { state: 'idle' }),
      delivery('d2'),
      journal(),
      { kind: 'tail', agent: 'a1', text: 'out', at: 1 },
      { kind: 'setting', key: 'cursor', value: 'x' },
      { kind: 'waits', groups: [aWaitGroup()] },
      { kind: 'token', token: aToken() },
      delivery('d1'),
    ]
    await expect(store().commit(batch)).rejects.toThrow(Conflict)
    expect(await store().live('agent')).toStrictEqual([anAgent()])
    expect(await store().known('github', ['d1', 'd2'])).toStrictEqual(new Set(['d1']))
    expect(await store().journal({ limit: 10 })).toStrictEqual([])
    expect(await store().tail('a1')).toBeUndefined()
    expect(await store().setting('cursor')).toBeUndefined()
    expect(await store().waits()).toStrictEqual([])
    expect(await store().tokens()).toStrictEqual([])
  })

  it('applies the changes of a batch in their order', async () => {
    const second = update('agent', anAgent(), { state: 'activating' })
    const third = update('agent', second.record, { state: 'idle' })
    await store().commit([insert('agent', anAgent()), second, third])
    expect(await store().get('agent', 'a1')).toStrictEqual(third.record)
  })

  it('takes an empty batch', async () => {
    await expect(store().commit([])).resolves.toBeUndefined()
  })

  it('lets one of many writers win, and keeps the others from nothing else', async () => {
    await store().commit([insert('agent', anAgent())])
    const race = Array.from({ length: 50 }, (_, index) =>
      store().commit([
        insert('agent', anAgent({ key: `own-${index}` })),
        update('agent', anAgent(), { state: 'idle', reason: `writer ${index}` }),
      ]),
    )
    const bystanders = Array.from({ length: 50 }, (_, index) => store().commit([delivery(`d${index}`)]))
    const outcomes = await Promise.allSettled(race)
    await Promise.all(bystanders)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const losers = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(losers.every(({ reason }) => reason instanceof Conflict)).toBe(true)
    expect(await store().live('agent')).toHaveLength(2)
  })

  it('says what conflicts', async () => {
    await store().commit([insert('agent', anAgent()), delivery('d1')])
    await expect(store().commit([insert('agent', anAgent())])).rejects.toThrow(/agent a1 exists already/)
    await expect(store().commit([update('agent', anAgent({ state: 'idle' }), {})])).rejects.toThrow(
      /agent a1 is no longer idle at version 1/,
    )
    await expect(store().commit([delivery('d1')])).rejects.toThrow(/d1 of source github is stored already/)
  })
}

function jobsContract(store: () => Store): void {
  const jobs = Array.from({ length: 30 }, (_, index) =>
    aJob({
      externalId: String(100 + index),
      state: index % 3 === 0 ? 'done' : 'queued',
      source: index % 5 === 0 ? 'http' : 'github',
      repository: `acme/r${index % 4}`,
      receivedAt: 1000 + Math.floor(index / 3),
    }),
  )
  const newestFirst = [...jobs].sort((a, b) => b.receivedAt - a.receivedAt || (a.key < b.key ? 1 : -1))

  it('pages newest first, whole and filtered', async () => {
    await store().commit(jobs.map((job) => insert('job', job)))
    const filters = [{}, { state: 'queued' }, { source: 'http' }, { repository: 'acme/r1' }] as const
    const all = [...filters, { state: 'done', source: 'github', repository: 'acme/r2' } as const]
    for (const filter of all) {
      const expected = newestFirst.filter((job) =>
        Object.entries(filter).every(([k, v]) => job[k as keyof typeof job] === v),
      )
      expect(await pages(store(), { ...filter, limit: 4 })).toStrictEqual(expected)
    }
  })

  it('follows a job into another state', async () => {
    await store().commit([insert('job', aJob())])
    await store().commit([update('job', aJob(), { state: 'running' })])
    expect(await store().jobs({ state: 'queued', limit: 10 })).toStrictEqual([])
    expect(keys(await store().jobs({ state: 'running', limit: 10 }))).toStrictEqual([aJob().key])
  })

  it('finds the jobs that have all words of a search, whatever their case', async () => {
    const named = (externalId: string, over: Partial<Job>) =>
      aJob({ externalId, receivedAt: 1000 + Number(externalId), ...over })
    const build = named('1', { repository: 'acme/Widgets', workflow: 'CI', name: 'Build (linux)', runId: '77001' })
    const deploy = named('2', { repository: 'acme/site', workflow: 'Deploy 100%', name: "it's_live", state: 'running' })
    await store().commit([insert('job', build), insert('job', deploy)])
    const found = async (search: string, filter: object = {}) =>
      inOrder(await store().jobs({ search, ...filter, limit: 10 }))
    for (const search of ['widgets', 'LINUX build', '77001', 'github/1/1', '(lin', 'acme ci b'])
      expect([search, await found(search)]).toStrictEqual([search, [build.key]])
    for (const search of ['site', '100%', "it's_", 'ACME live'])
      expect([search, await found(search)]).toStrictEqual([search, [deploy.key]])
    for (const search of ['widgets site', '%', '_uild', 'nothing', "' or 1=1 --"])
      expect([search, await found(search)]).toStrictEqual([search, search === '%' ? [deploy.key] : []])
    const odd = named('3', { name: 'what? [a-b]*' })
    await store().commit([insert('job', odd)])
    for (const search of ['what?', '[a-b]*', '?', '[', '*', ']'])
      expect([search, await found(search)]).toStrictEqual([search, [odd.key]])
    for (const search of ['wh?t', 'wh*t', '[w]hat', '[^x]'])
      expect([search, await found(search)]).toStrictEqual([search, []])
    const over = update('job', odd, { state: 'done', doneAt: 2000 })
    await store().commit([over])
    expect(await store().prune('job', 2500, 10)).toBe(1)
    expect(await found('acme')).toStrictEqual([deploy.key, build.key])
    expect(await found('  ')).toStrictEqual([deploy.key, build.key])
    expect(await found('acme', { state: 'queued' })).toStrictEqual([build.key])
    expect(await found('acme', { repository: 'acme/site' })).toStrictEqual([deploy.key])
    expect(await found('acme', { after: deploy.key })).toStrictEqual([build.key])
    await store().commit([update('job', deploy, { state: 'done', doneAt: 3000 })])
    expect(await found('live', { state: 'done' })).toStrictEqual([deploy.key])
    expect(await store().prune('job', 4000, 10)).toBe(1)
    expect(await found('acme')).toStrictEqual([build.key])
  })

  it('tells the agents that are or were on a machine, newest first', async () => {
    const agents = [1, 2, 3].map((at) => anAgent({ key: `a${at}`, createdAt: at, machine: at === 2 ? 'm2' : 'm1' }))
    await store().commit(agents.map((agent) => insert('agent', agent)))
    const gone = update('agent', agents[0] ?? anAgent(), { state: 'gone', stateAt: 50 })
    await store().commit([gone])
    const on = async (machine: string, limit = 10) => inOrder(await store().agentsOn(machine, limit))
    expect([await on('m1'), await on('m2'), await on('m3')]).toStrictEqual([['a3', 'a1'], ['a2'], []])
    expect(await on('m1', 1)).toStrictEqual(['a3'])
    expect(await store().agentsOn('m1', 10)).toContainEqual(gone.record)
    expect(await store().prune('agent', 100, 10)).toBe(1)
    expect(await on('m1')).toStrictEqual(['a3'])
  })

  it('has nothing after a job that is not there, nor at limit 0', async () => {
    await store().commit([insert('job', aJob())])
    expect(await store().jobs({ after: 'github/none/1', limit: 10 })).toStrictEqual([])
    expect(await store().jobs({ limit: 0 })).toStrictEqual([])
  })
}

function closeContract(store: () => Store): void {
  it('ends what is under way, then refuses everything, and may be closed again', async () => {
    const underWay = store().commit([insert('agent', anAgent())])
    const [first, second] = [store().close(), store().close()]
    await expect(underWay).resolves.toBeUndefined()
    await Promise.all([first, second])
    await expect(store().commit([journal()])).rejects.toThrow(StoreUnavailable)
    await expect(store().live('agent')).rejects.toThrow(StoreUnavailable)
    await expect(store().prune('job', 1, 1)).rejects.toThrow(StoreUnavailable)
    await expect(store().close()).resolves.toBeUndefined()
  })
}

const aResources = { milliCpu: 500, memory: 1024, disk: 0 }

/** Every page of the query, one after the other. */
async function pages(store: Store, query: JobQuery): Promise<Job[]> {
  const found = await store.jobs(query)
  const last = found.at(-1)
  if (!last) return found
  return [...found, ...(await pages(store, { ...query, after: last.key }))]
}

function inOrder(records: readonly { readonly key: string }[]): string[] {
  return records.map(({ key }) => key)
}
