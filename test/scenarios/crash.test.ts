import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ImageUnavailable, NameTaken, Refused, Throttled, Transient } from '../../src/domain/errors.ts'
import { aPool } from '../fakes/ports.ts'
import { openBench, type Bench } from '../fakes/service.ts'

type Step =
  | { readonly do: 'submit'; readonly repository: string; readonly seconds: number; readonly waiting: boolean }
  | { readonly do: 'cancel' | 'approve' | 'kill'; readonly which: number }
  | { readonly do: 'lose' | 'double' | 'reverse' | 'deliver' | 'crash' }
  | { readonly do: 'silence' | 'heal' | 'die'; readonly machine: string }
  | { readonly do: 'fault'; readonly verb: string; readonly error: number }
  | { readonly do: 'pass' | 'jump'; readonly ms: number }

const verbs = [
  'admit',
  'dismiss',
  'prepare',
  'activate',
  'list',
  'remove',
  'tail',
  'end',
  'inspect',
  'read',
  'registrations',
]
const faults: readonly (Error | 'after')[] = [
  new Transient('bad gateway'),
  new Throttled('slow down', 5000),
  new NameTaken('Already exists'),
  new Refused('refused'),
  new ImageUnavailable('no such image'),
  'after',
]

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      repository: fc.constantFrom('acme/a', 'acme/b'),
      seconds: fc.integer({ min: 1, max: 120 }),
      waiting: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'approve' as const, 'kill' as const),
      which: fc.nat(20),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('lose' as const, 'double' as const, 'reverse' as const, 'deliver' as const, 'crash' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('silence' as const, 'heal' as const, 'die' as const),
      machine: fc.constantFrom('m1', 'm2'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      verb: fc.constantFrom(...verbs),
      error: fc.nat(faults.length - 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), ms: fc.integer({ min: -9_000_000, max: 9_000_000 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
)

async function take(bench: Bench, action: Step): Promise<void> {
  const jobs = [...bench.world.jobs.values()]
  switch (action.do) {
    case 'submit':
      bench.world.submit({ ...action, labels: ['linux'], durationMs: action.seconds * 1000 })
      return
    case 'cancel':
      return bench.world.cancel(jobs[action.which % Math.max(1, jobs.length)]?.id ?? '')
    case 'approve':
      return bench.world.approve(jobs[action.which % Math.max(1, jobs.length)]?.id ?? '')
    case 'kill': {
      const keys = [...bench.world.containers.keys()]
      return bench.world.kill(keys[action.which % Math.max(1, keys.length)] ?? '')
    }
    case 'lose':
      bench.mail.length = 0
      return
    case 'double':
      bench.mail.push(...bench.mail)
      return
    case 'reverse':
      bench.mail.reverse()
      return
    case 'deliver':
      return bench.deliver()
    case 'crash':
      return bench.crash()
    case 'silence':
      bench.faults.silent.add(action.machine)
      return
    case 'heal':
      bench.faults.silent.delete(action.machine)
      return
    case 'die':
      return bench.world.killMachine(action.machine)
    case 'fault': {
      const list = bench.faults.next.get(action.verb) ?? []
      bench.faults.next.set(action.verb, [...list, faults[action.error] ?? 'after'])
      return
    }
    case 'jump':
      return bench.clock.jump(action.ms)
    case 'pass':
      await bench.clock.advance(action.ms)
  }
}

/** What must hold at every moment. */
function checkNow(bench: Bench): void {
  expect(bench.world.violations).toEqual([])
  expect(bench.context.state.agents.size).toBeLessThanOrEqual(6)
  const machines = Map.groupBy(bench.context.state.containers.values(), (container) => container.machine)
  for (const containers of machines.values())
    expect(containers.reduce((sum, container) => sum + container.resources.milliCpu, 0)).toBeLessThanOrEqual(8000)
}

/** What must hold once the faults have stopped and time has passed. */
async function checkEnd(bench: Bench): Promise<void> {
  for (const machine of ['m1', 'm2']) bench.faults.silent.delete(machine)
  bench.faults.next.clear()
  for (let i = 0; i < 40; i++) {
    await bench.run(30_000, 10_000)
    checkNow(bench)
  }
  for (const job of bench.world.jobs.values()) expect(job.state, `job ${job.id}`).toMatch(/done|waiting/)
  const held = [...bench.world.jobs.values()].filter((job) => job.state === 'waiting').length
  expect(bench.context.state.jobs.size, 'live jobs').toBe(held)
  expect(bench.reconciler.plan()?.waits.reduce((sum, wait) => sum + wait.count, 0) ?? 0).toBe(held)
  expect([...bench.context.state.agents.values()]).toEqual([])
  expect([...bench.context.state.containers.values()]).toEqual([])
  expect([...bench.context.state.registrations.values()]).toEqual([])
  expect(bench.world.containers.size, 'containers').toBe(0)
  expect(bench.world.runners.size, 'runners').toBe(0)
}

describe('any history', () => {
  test(
    'every job ends or says why it waits; nothing is kept, no limit passed, no running job killed',
    { timeout: 120_000 },
    async () => {
      const pool = aPool({ limits: { agents: 6, perScope: 6, perRepository: 6 }, warm: { agents: 0, standby: 0 } })
      const warm = aPool({ ...pool, name: 'warm', labels: ['spare'], warm: { agents: 0, standby: 1 } })
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 40 }),
          fc.nat(1000),
          fc.boolean(),
          async (steps, seed, standby) => {
            const bench = await openBench({ pools: standby ? [pool, warm] : [pool], seed })
            for (const action of steps) {
              await take(bench, action)
              checkNow(bench)
            }
            bench.pools = [pool]
            await checkEnd(bench)
          },
        ),
        { numRuns: 60 },
      )
    },
  )
})
