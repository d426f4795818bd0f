import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ImageUnavailable, NotFound, Refused, Transient } from '../../src/domain/errors.ts'
import type { Job } from '../../src/domain/jobs/job.ts'
import { aPushPool, leftovers, minute, nothing, openPushBench, push, work } from '../fakes/pushed.ts'
import type { Bench } from '../fakes/service.ts'

type Step =
  | { readonly do: 'push'; readonly ms: number; readonly code: number; readonly timeoutMs: number }
  | { readonly do: 'cancel' | 'kill'; readonly which: number }
  | { readonly do: 'crash' }
  | { readonly do: 'silence' | 'heal'; readonly machine: string }
  | { readonly do: 'fault'; readonly verb: string; readonly error: number }
  | { readonly do: 'pass' | 'jump'; readonly ms: number }

const verbs = ['prepare', 'activate', 'activity', 'list', 'end', 'tail', 'remove', 'hasImage']
const faults: readonly (Error | 'after')[] = [
  new Transient('busy'),
  new Refused('refused'),
  new ImageUnavailable('no such image'),
  new NotFound('no such container'),
  'after',
]

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      ms: fc.constantFrom(0, 1000, 20_000, 120_000),
      code: fc.nat(3),
      timeoutMs: fc.constantFrom(10_000, 10 * minute),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'kill' as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('silence' as const, 'heal' as const),
      machine: fc.constantFrom('m1', 'm2'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      verb: fc.constantFrom(...verbs),
      error: fc.nat(faults.length - 1),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 30_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), ms: fc.integer({ min: -9_000_000, max: 9_000_000 }) }),
  },
)

async function take(bench: Bench, jobs: Job[], action: Step): Promise<void> {
  switch (action.do) {
    case 'push': {
      const id = `w${jobs.length}`
      jobs.push(await push(bench, work(id, action.ms, action.code, { timeoutMs: action.timeoutMs })))
      return
    }
    case 'cancel': {
      const job = jobs[action.which % Math.max(1, jobs.length)]
      if (job) await bench.operations.cancel(job.key, 'ann')
      return
    }
    case 'kill': {
      const keys = [...bench.world.containers.keys()]
      return bench.world.kill(keys[action.which % Math.max(1, keys.length)] ?? '')
    }
    case 'crash':
      return bench.crash()
    case 'silence':
      return void bench.faults.silent.add(action.machine)
    case 'heal':
      return void bench.faults.silent.delete(action.machine)
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

/** What the job is told to have come to, beside what its work really came to. */
function verdict(job: Job | undefined, ended: number | 'cut' | undefined): string {
  return `${job?.state} ${job?.conclusion} ${job?.exitCode ?? '-'} / ${ended ?? 'never begun'}`
}

const possible = [
  /^done success 0 \/ 0$/,
  /^done failure ([1-3]) \/ \1$/,
  // Never begun: given up, cancelled, or nobody can tell whether it began before its container was killed.
  /^done (failure|cancelled) - \/ never begun$/,
  /^done lost (137|-) \/ never begun$/,
  // Stopped by the user's own word, or killed.
  /^done (cancelled|timed_out|lost) (137|-) \/ cut$/,
  // It ended by itself before the word to stop it, or its container was gone before anybody saw how.
  /^done (cancelled|timed_out|lost) - \/ [0-3]$/,
]

test('any history of pushed jobs: none runs twice, all end as they are told to have, nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const bench = await openPushBench({ pools: [aPushPool({ warm: { agents: 0, standby: 1 } })] })
      const jobs: Job[] = []
      for (const action of steps) {
        await take(bench, jobs, action)
        expect(bench.world.violations).toEqual([])
      }
      bench.faults.silent.clear()
      bench.faults.next.clear()
      bench.pools = [aPushPool()]
      for (let i = 0; i < 30; i++) await bench.run(40_000, 10_000)
      expect(bench.world.violations).toEqual([])
      for (const [index, { key }] of jobs.entries()) {
        const told = verdict(await bench.operations.job(key), bench.world.work.get(`w${index}`)?.ended)
        expect(
          possible.some((form) => form.test(told)),
          told,
        ).toBe(true)
      }
      expect(leftovers(bench)).toEqual(nothing)
    }),
    { numRuns: 60 },
  )
}, 120_000)
