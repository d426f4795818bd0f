import { noCostSettings } from '../../src/domain/costs/settings.ts'
import type { Agent, Container, Registration } from '../../src/domain/agent.ts'
import type { Job } from '../../src/domain/jobs/job.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { Pool } from '../../src/domain/pool.ts'
import type { ContainerRuntime } from '../../src/domain/ports/runtime.ts'
import type { JobSource } from '../../src/domain/ports/source.ts'
import type { Store } from '../../src/domain/ports/store.ts'
import type { Actor } from '../../src/reconciler/actor.ts'
import { newId } from '../../src/kit/ids.ts'
import { createLedger } from '../../src/ledger/index.ts'
import { createBackoffs } from '../../src/reconciler/backoffs.ts'
import { createKnown, type Context } from '../../src/reconciler/context.ts'
import { create, openState } from '../../src/reconciler/state.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { createFakeClock, type FakeClock } from './clock.ts'
import { aFleet, aPool, silentLogger } from './ports.ts'
import { now } from './records.ts'

export interface Held {
  readonly jobs?: readonly Job[]
  readonly agents?: readonly Agent[]
  readonly containers?: readonly Container[]
  readonly machines?: readonly Machine[]
  /** Those of the agents' newest tries unless given. */
  readonly registrations?: readonly Registration[]
  readonly pools?: readonly Pool[]
  /** What the engine of every machine answers, and what the source `github` does; the rest must not be asked. */
  readonly runtime?: Partial<ContainerRuntime>
  readonly source?: Partial<JobSource>
  readonly wrap?: (store: Store) => Store
}

/** One verb of the reconciler by itself: what it is handed, with a clock that stands still until it is moved. */
export async function openContext(held: Held = {}): Promise<Context & { readonly clock: FakeClock }> {
  const memory = createMemoryStore()
  const registrations = held.registrations ?? held.agents?.map(registrationOf) ?? []
  await memory.commit([
    ...(held.jobs ?? []).map((job) => create('job', job)),
    ...(held.agents ?? []).map((agent) => create('agent', agent)),
    ...(held.containers ?? []).map((container) => create('container', container)),
    ...(held.machines ?? []).map((machine) => create('machine', machine)),
    ...registrations.map((registration) => create('registration', registration)),
  ])
  const store = held.wrap?.(memory) ?? memory
  const clock = createFakeClock(now)
  const scope = { source: 'github', name: 'acme' }
  const base = { name: 'github', kind: 'github', binding: 'free', scopes: [scope] } as const
  const source = { ...base, ...held.source } as JobSource
  const runtime = held.runtime as ContainerRuntime | undefined
  return {
    owner: 'test',
    store,
    state: await openState(store),
    clock,
    logger: silentLogger,
    runtimes: { of: () => runtime, connect: () => {}, forget: () => {} },
    backoffs: createBackoffs(clock, () => 1),
    ledger: createLedger(),
    newId: () => newId(),
    wanted: () => ({
      pools: held.pools ?? [aPool()],
      fleets: [aFleet()],
      sources: new Map([['github', source]]),
      providers: new Map(),
      costs: noCostSettings,
    }),
    known: createKnown(),
  }
}

export function registrationOf(agent: Agent): Registration {
  const { key, source, scope, tries } = agent
  const name = `slipway-test-${key}-${tries}`
  const facts = { name, agent: key, try: tries, source, scope, createdAt: now - 1000 }
  return { key: `${source}/${name}`, version: 1, epoch: 1, state: 'made', ...facts }
}

/** Runs each effect at once and remembers what was asked for. */
export function createFakeActor(): Actor & { readonly asked: string[] } {
  const asked: string[] = []
  const underWay: Promise<void>[] = []
  return {
    asked,
    driveAll: () => {},
    run(key, _target, effect) {
      asked.push(key)
      underWay.push(effect())
      return true
    },
    idle: async () => void (await Promise.all(underWay)),
    stop: () => {},
  }
}
