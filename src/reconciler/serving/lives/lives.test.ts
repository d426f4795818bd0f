import { describe, expect, test } from 'vitest'
import { act, openCloudBench, wantReady } from '../../../../test/fakes/elastic.ts'
import { aMadeMachine } from '../../../../test/fakes/made.ts'
import { minute } from '../../../../test/fakes/pushed.ts'
import { aMachine, now } from '../../../../test/fakes/records.ts'
import { openBench } from '../../../../test/fakes/service.ts'
import type { JournalEntry } from '../../../domain/journal.ts'
import { cordonsOf, statesOf } from './states.ts'

const job = { repository: 'acme/a', labels: ['linux'], durationMs: minute }

describe('the timeline of a job', () => {
  test('has every step that it has come to, in order', async () => {
    const bench = await openBench()
    bench.world.submit(job)
    await bench.run(5000)
    const [live] = bench.context.state.jobs.values()
    const key = live?.key ?? ''
    const running = await bench.operations.timeline(key)
    expect(running?.steps.map(({ step }) => step)).toEqual(['queued', 'requested', 'prepared', 'activated', 'running'])
    expect(running?.machine).toMatchObject({ fleet: 'local', state: 'ready' })
    await bench.run(3 * minute)
    const done = await bench.operations.timeline(key)
    expect(done?.steps.at(-1)?.step).toBe('done')
    expect(done?.steps.map(({ at }) => at)).toEqual(done?.steps.map(({ at }) => at).toSorted((a, b) => a - b))
    expect(done).toMatchObject({ job: { key, state: 'done' }, agent: { state: 'gone' } })
  })

  test('of one that waits has but its beginning, and there is none of one that is not known', async () => {
    const bench = await openBench()
    bench.world.submit({ ...job, labels: ['gpu'] })
    await bench.run(5000)
    const [live] = bench.context.state.jobs.values()
    const waiting = await bench.operations.timeline(live?.key ?? '')
    expect(waiting?.steps).toEqual([{ step: 'queued', at: live?.queuedAt }])
    expect(await bench.operations.timeline('github/none/1')).toBeUndefined()
  })
})

describe('the life of a machine', () => {
  test('tells why it is, what it went through, who cordoned it, and who was on it; also when it is gone', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    bench.world.submit(job)
    await bench.run(3 * minute)
    await bench.operations.drain(key, 'a new kernel', 'ann via console')
    await bench.run(minute)
    await bench.operations.undrain(key, 'bob')
    await bench.run(minute)
    const life = await bench.operations.machine(key)
    expect(life?.reason).toBe('a job waits')
    expect(life?.states.map(({ state }) => state)).toEqual(['requested', 'creating', 'booting', 'ready'])
    expect(life?.states.at(-1)).not.toHaveProperty('to')
    expect(life?.cordons).toMatchObject([{ reason: 'a new kernel', by: 'ann via console' }])
    expect(life?.cordons[0]?.to).toBeGreaterThanOrEqual((life?.cordons[0]?.at ?? 0) + minute)
    const run = { pool: 'linux', state: 'gone', exit: { kind: 'finished' }, job: { repository: 'acme/a' } }
    expect(life?.agents).toMatchObject([run])
    expect(life?.agents[0]?.endedAt).toBeGreaterThan(life?.agents[0]?.createdAt ?? Infinity)

    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'enough' })
    await bench.run(5 * minute)
    expect(bench.context.state.machines.has(key)).toBe(false)
    const past = await bench.operations.machine(key)
    expect(past?.states.map(({ state }) => state).slice(-2)).toEqual(['deleting', 'gone'])
    expect(past?.states.at(-1)?.to).toBeDefined()
    expect(past?.machine.state).toBe('gone')
    expect(past?.costs?.[0]).toMatchObject({ currency: 'USD' })
    // Each state begins where the one before it ends.
    const states = past?.states ?? []
    expect(states.slice(1).map(({ from }) => from)).toEqual(states.slice(0, -1).map(({ to }) => to))
  })

  test('of one given by hand says so, and there is none of one that is not known', async () => {
    const bench = await openBench()
    const life = await bench.operations.machine('m1')
    expect(life).toMatchObject({ reason: 'it was given by hand, in fleet local', agents: [], cordons: [] })
    expect(life?.states.map(({ state }) => state)).toEqual(['booting', 'ready'])
    expect(await bench.operations.machine('m9')).toBeUndefined()
  })
})

describe('states read off the journal', () => {
  const entry = (at: number, kind: string, outcome: JournalEntry['outcome'], by = 'slipway'): JournalEntry => {
    return { at: now + at, kind, subject: 'machine:m1', reason: 'why', outcome, by }
  }
  const told = (patch: Parameters<typeof aMadeMachine>[0], ...entries: JournalEntry[]) =>
    statesOf(aMadeMachine({ createdAt: now, ...patch }), entries).map(({ state, from, to }) => [
      state,
      from - now,
      to && to - now,
    ])

  test('that reaches back to the beginning', () => {
    const lines = [
      entry(0, 'create-machine', 'intended'),
      entry(5, 'machine-accepted', 'noted'),
      entry(9, 'machine-price', 'noted'),
      entry(20, 'machine-ready', 'noted'),
      entry(30, 'machine-unreachable', 'noted'),
      entry(31, 'machine-ready', 'noted'),
      entry(40, 'stop-machine', 'intended'),
      entry(45, 'machine-stopped', 'noted'),
    ]
    expect(told({ state: 'stopped', stateAt: now + 45 }, ...lines)).toEqual([
      ['requested', 0, 5],
      ['creating', 5, 20],
      ['ready', 20, 30],
      ['unreachable', 30, 31],
      ['ready', 31, 40],
      ['stopping', 40, 45],
      ['stopped', 45, undefined],
    ])
  })

  test('whose beginning is pruned is told as one piece, and the record has the last word', () => {
    expect(told({ state: 'ready', stateAt: now + 7 })).toEqual([
      ['requested', 0, 7],
      ['ready', 7, undefined],
    ])
    expect(told({ state: 'deleting', stateAt: now + 60 }, entry(50, 'machine-ready', 'noted'))).toEqual([
      ['requested', 0, 50],
      ['ready', 50, 60],
      ['deleting', 60, undefined],
    ])
  })

  test('takes the wish to have it deleted once it is empty for a cordon, and force for the deed', () => {
    const wish = entry(10, 'delete-machine', 'noted', 'ann')
    const ready = [entry(0, 'create-machine', 'intended'), entry(5, 'machine-ready', 'noted')]
    expect(told({ state: 'ready', stateAt: now + 5 }, ...ready, wish).at(-1)).toEqual(['ready', 5, undefined])
    const cordon = { reason: 'why', by: 'ann', at: now + 10 }
    expect(cordonsOf(aMadeMachine({ cordon }), [...ready, wish])).toEqual([cordon])
    const force = entry(12, 'delete-machine', 'intended', 'ann')
    const over = { state: 'gone', stateAt: now + 20 } as const
    expect(told(over, ...ready, wish, force, entry(20, 'delete-machine', 'done'))).toEqual([
      ['requested', 0, 5],
      ['ready', 5, 12],
      ['deleting', 12, 20],
      ['gone', 20, 20],
    ])
  })

  test('cordons: of a rule, lifted, and one that the journal lost', () => {
    const lines = [
      entry(1, 'cordon-machine', 'done'),
      entry(2, 'cordon-machine', 'done', 'ann'),
      entry(3, 'uncordon-machine', 'done'),
    ]
    expect(cordonsOf(aMachine(), lines)).toEqual([{ reason: 'why', by: 'rule', at: now + 1, to: now + 3 }])
    const cordon = { reason: 'old', by: 'bob', at: now - 9 }
    expect(cordonsOf(aMachine({ cordon }), [])).toEqual([cordon])
    expect(cordonsOf(aMachine({ stateAt: now + 8 }), lines.slice(0, 1))).toMatchObject([{ to: now + 8 }])
  })
})
