import { isLiveAgent, type Agent, type Container, type Registration } from '../domain/agent.ts'
import type { Job } from '../domain/jobs/job.ts'
import { isLiveJob } from '../domain/jobs/job-states.ts'
import type { JobRun } from '../domain/costs/ledger.ts'
import { isLiveMachine, type Machine } from '../domain/machine.ts'
import type { Change, Put, Records, RecordTable, Store } from '../domain/ports/store.ts'
import { createSharing } from './share-requirements.ts'

/**
 * The live records, mirrored in memory so that a plan costs no query. The store is asked first: memory changes only
 * after a commit held, so both agree whenever the process dies.
 */
export interface State {
  readonly jobs: ReadonlyMap<string, Job>
  readonly agents: ReadonlyMap<string, Agent>
  readonly registrations: ReadonlyMap<string, Registration>
  readonly containers: ReadonlyMap<string, Container>
  readonly machines: ReadonlyMap<string, Machine>
  /** Up to when each machine is charged. */
  readonly meters: ReadonlyMap<string, number>
  /** Runs of jobs that are not stored as done. */
  readonly runs: ReadonlyMap<string, JobRun>
  /** All or nothing; rejects as `Store.commit` does. */
  commit(changes: readonly Change[]): Promise<void>
  /** Calls back after each commit, with what changed and what it was before. */
  onCommit(listener: (changes: readonly Committed[]) => void): void
}

/** A record as it is now, and as it was. */
export type Committed = { [T in RecordTable]: { table: T; now: Records[T]; before?: Records[T] } }[RecordTable]

type Tables = { [T in RecordTable]: Map<string, Records[T]> }

export async function openState(store: Store): Promise<State> {
  const share = createSharing()
  const tables: Tables = {
    job: byKey((await store.live('job')).map(share)),
    agent: byKey(await store.live('agent')),
    registration: byKey(await store.live('registration')),
    container: byKey(await store.live('container')),
    machine: byKey(await store.live('machine')),
  }
  const meters = new Map(await store.meters())
  const runs = new Map((await store.openRuns()).map((run) => [run.job, run]))
  const listeners: ((changes: readonly Committed[]) => void)[] = []
  return {
    jobs: tables.job,
    agents: tables.agent,
    registrations: tables.registration,
    containers: tables.container,
    machines: tables.machine,
    meters,
    runs,
    async commit(changes) {
      if (changes.length === 0) return
      await store.commit(changes)
      const committed: Committed[] = []
      for (const each of changes) {
        if (each.kind === 'put') committed.push(remember(tables, share, each))
        else if (each.kind === 'charges') setOrDelete(meters, each.meter.machine, each.meter.until ?? undefined)
        else if (each.kind === 'job-run')
          setOrDelete(runs, each.run.job, each.run.doneAt === undefined ? each.run : undefined)
      }
      for (const listener of listeners) listener(committed)
    },
    onCommit: (listener) => void listeners.push(listener),
  }
}

function byKey<R extends { key: string }>(records: readonly R[]): Map<string, R> {
  return new Map(records.map((record) => [record.key, record]))
}

/** A newer version may have overtaken this one on its way back from the store; it stays. */
function remember(tables: Tables, share: (job: Job) => Job, put: Change & { kind: 'put' }): Committed {
  switch (put.table) {
    case 'job':
      return { table: 'job', ...keep(tables.job, share(put.record), isLiveJob(put.record)) }
    case 'agent':
      return { table: 'agent', ...keep(tables.agent, put.record, isLiveAgent(put.record)) }
    case 'registration':
      return { table: 'registration', ...keep(tables.registration, put.record, put.record.state !== 'gone') }
    case 'container':
      return { table: 'container', ...keep(tables.container, put.record, put.record.state !== 'gone') }
    case 'machine':
      return { table: 'machine', ...keep(tables.machine, put.record, isLiveMachine(put.record)) }
  }
}

function keep<R extends { key: string; version: number }>(
  table: Map<string, R>,
  record: R,
  live: boolean,
): { now: R; before?: R } {
  const before = table.get(record.key)
  if (before && before.version > record.version) return { now: record, before }
  if (live) table.set(record.key, record)
  else table.delete(record.key)
  return { now: record, before }
}

function setOrDelete<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

/** A change of an existing record: compare-and-set against what the writer saw. */
export function change<T extends RecordTable>(table: T, seen: Records[T], patch: Partial<Records[T]>): Put<T> {
  return {
    kind: 'put',
    table,
    record: { ...seen, ...patch, version: seen.version + 1 },
    expect: { version: seen.version, state: seen.state },
  }
}

export function create<T extends RecordTable>(table: T, record: Records[T]): Put<T> {
  return { kind: 'put', table, record, expect: null }
}
