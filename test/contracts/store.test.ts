import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Conflict } from '../../src/domain/errors.ts'
import type { Change, RecordTable, Store } from '../../src/domain/ports/store.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { aJob, anAgent, aMachine, delivery, journal } from './store-samples.ts'
import { storeContract } from './store.ts'

let directory: string
let files = 0
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-store-'))
})
afterAll(async () => {
  await rm(directory, { recursive: true })
})

function openSqlite(): Promise<Store> {
  return openSqliteStore({ path: join(directory, `${++files}.db`), clock: systemClock })
}

storeContract('memory', () => Promise.resolve(createMemoryStore()))
storeContract('sqlite', openSqlite)

const key = fc.constantFrom('k1', 'k2', 'k3')
const version = fc.integer({ min: 1, max: 4 })
const at = fc.integer({ min: 0, max: 50 })
const jobState = fc.constantFrom('queued', 'running', 'done')
const agentState = fc.constantFrom('requested', 'idle', 'gone')
const machineState = fc.constantFrom('ready', 'gone', 'failed')

/** What the writer saw: mostly right for the version that it writes. */
function expectation(state: fc.Arbitrary<string>, next: number) {
  const right = fc.record({ version: fc.constant(next - 1), state })
  return next === 1
    ? fc.constant(null)
    : fc.oneof({ arbitrary: right, weight: 9 }, { arbitrary: fc.constant(null), weight: 1 })
}

const jobPut = version.chain((next) =>
  fc.record({
    kind: fc.constant('put' as const),
    table: fc.constant('job' as const),
    record: fc
      .record({ key, state: jobState, at, repository: fc.constantFrom('a/x', 'a/y') })
      .map(({ at: receivedAt, ...over }) => aJob({ ...over, version: next, receivedAt, seenAt: receivedAt })),
    expect: expectation(jobState, next),
  }),
)
const agentPut = version.chain((next) =>
  fc.record({
    kind: fc.constant('put' as const),
    table: fc.constant('agent' as const),
    record: fc.record({ key, state: agentState, stateAt: at }).map((over) => anAgent({ ...over, version: next })),
    expect: expectation(agentState, next),
  }),
)
const machinePut = version.chain((next) =>
  fc.record({
    kind: fc.constant('put' as const),
    table: fc.constant('machine' as const),
    record: fc.record({ key, state: machineState, seenAt: at }).map((over) => aMachine({ ...over, version: next })),
    expect: expectation(machineState, next),
  }),
)
const change: fc.Arbitrary<Change> = fc.oneof(
  jobPut,
  agentPut,
  machinePut,
  fc.record({ id: fc.string({ maxLength: 2 }), at }).map(({ id, at: moment }) => delivery(id, { at: moment })),
  fc.record({ at, reason: fc.string() }).map(journal),
  fc.record({ kind: fc.constant('tail' as const), agent: key, text: fc.string({ unit: 'grapheme' }), at }),
  fc.record({ kind: fc.constant('setting' as const), key, value: fc.option(fc.string()) }),
)
const batches = fc.array(fc.array(change, { maxLength: 5 }), { minLength: 10, maxLength: 60 })

/** One word for each batch, committed all at once. */
async function outcomes(store: Store, all: readonly Change[][]): Promise<string[]> {
  const settled = await Promise.allSettled(all.map((batch) => store.commit(batch)))
  return settled.map((outcome) => {
    if (outcome.status === 'fulfilled') return 'kept'
    return outcome.reason instanceof Conflict ? 'conflict' : String(outcome.reason)
  })
}

async function everything(store: Store): Promise<object> {
  const tables: RecordTable[] = ['job', 'agent', 'machine']
  const live = await Promise.all(tables.map(async (table) => await store.live(table)))
  const sorted = live.map((records) => records.map((record) => JSON.stringify(record)).sort())
  return {
    live: sorted,
    jobs: await store.jobs({ limit: 100 }),
    filtered: await store.jobs({ state: 'done', repository: 'a/x', limit: 2 }),
    journal: await store.journal({ since: 10, limit: 100 }),
    known: [...(await store.known('github', ['', 'a', 'b', 'aa', '!']))].sort(),
    tails: await Promise.all(['k1', 'k2', 'k3'].map((agent) => store.tail(agent))),
    settings: await Promise.all(['k1', 'k2', 'k3'].map((name) => store.setting(name))),
  }
}

describe('both stores', () => {
  it('agree on any batches, committed together', async () => {
    const property = fc.asyncProperty(batches, at, async (all, before) => {
      const [memory, sqlite] = [createMemoryStore(), await openSqlite()]
      try {
        expect(await outcomes(sqlite, all)).toStrictEqual(await outcomes(memory, all))
        expect(await everything(sqlite)).toStrictEqual(await everything(memory))
        for (const table of ['job', 'agent', 'machine', 'delivery', 'journal', 'tail'] as const) {
          expect(await sqlite.prune(table, before, 100)).toBe(await memory.prune(table, before, 100))
        }
        expect(await everything(sqlite)).toStrictEqual(await everything(memory))
      } finally {
        await sqlite.close()
      }
    })
    await fc.assert(property, { numRuns: 20 })
  }, 60_000)
})
