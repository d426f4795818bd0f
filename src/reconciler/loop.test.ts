import { describe, expect, test } from 'vitest'
import { createFakeClock, type FakeClock } from '../../test/fakes/clock.ts'
import { silentLogger } from '../../test/fakes/ports.ts'
import type { Logger } from '../domain/ports/logger.ts'
import { createLoop, type Loop, type LoopOptions } from './loop.ts'

interface Setup {
  readonly loop: Loop
  readonly clock: FakeClock
  /** When each run began, in milliseconds since the start. */
  readonly began: number[]
  readonly ended: () => number
  readonly seen: [string, number, boolean, number][]
}

function open(
  takes: (clock: FakeClock, run: number) => Promise<void> = async () => {},
  { blocksMs = 0, ...patch }: Partial<LoopOptions> & { blocksMs?: number } = {},
): Setup {
  const clock = createFakeClock()
  let blocked = 0
  const began: number[] = []
  const seen: [string, number, boolean, number][] = []
  let ended = 0
  const loop = createLoop({
    name: 'test',
    everyMs: 1000,
    clock: { ...clock, monotonic: () => clock.monotonic() + blocked },
    logger: silentLogger,
    run: async () => {
      began.push(clock.monotonic())
      blocked += blocksMs
      try {
        await takes(clock, began.length)
      } finally {
        ended++
      }
    },
    onRun: (...run) => seen.push(run),
    ...patch,
  })
  return { loop, clock, began, seen, ended: () => ended }
}

const lasting = (ms: number) => (clock: FakeClock) => new Promise<void>((resolve) => void clock.timer(ms, resolve))

describe('a loop', () => {
  test('does nothing until it is started', async () => {
    const { loop, clock, began } = open()
    loop.wake()
    await clock.advance(5000)
    expect(began).toEqual([])
    expect(loop.lastGoodRun()).toBeUndefined()
  })

  test('runs at once, then again and again', async () => {
    const { loop, clock, began } = open()
    loop.start()
    await clock.advance(2500)
    expect(began).toEqual([0, 1000, 2000])
  })

  test('counts from the end of a run to the next', async () => {
    const { loop, clock, began } = open(lasting(300))
    loop.start()
    await clock.advance(3000)
    expect(began).toEqual([0, 1300, 2600])
  })

  test('is started once, however often it is asked', async () => {
    const { loop, clock, began } = open()
    loop.start()
    loop.start()
    await clock.advance(1500)
    expect(began).toEqual([0, 1000])
  })

  test('goes on after a run that fails, says so, and does not count it as good', async () => {
    const logged: string[] = []
    const logger: Logger = { ...silentLogger, error: (_fields, message) => logged.push(message) }
    const { loop, clock, began, seen } = open(
      async (_clock, run) => {
        if (run === 2) throw new Error('broken')
      },
      { logger },
    )
    const start = clock.wall()
    loop.start()
    await clock.advance(1500)
    expect(loop.lastGoodRun()).toBe(start)
    await clock.advance(1000)
    expect(began).toEqual([0, 1000, 2000])
    expect(logged).toEqual(['loop failed'])
    expect(seen.map(([, , failed]) => failed)).toEqual([false, true, false])
    expect(loop.lastGoodRun()).toBe(start + 2000)
  })

  test('tells how long each run took', async () => {
    const { loop, clock, seen } = open(lasting(250))
    loop.start()
    await clock.advance(300)
    expect(seen).toEqual([['test', 250, false, 0]])
  })

  test('tells how long after it was asked for each run began', async () => {
    const { loop, clock, seen } = open(lasting(100), { blocksMs: 10 })
    loop.start()
    await clock.advance(40)
    loop.wake()
    await clock.advance(500)
    // The 60 ms that the first one still took, and the 190 of rest after it.
    expect(seen.map(([, , , lag]) => lag)).toEqual([0, 250])
    await clock.advance(2000)
    expect(seen.map(([, , , lag]) => lag).slice(2)).toEqual([0])
  })
})

describe('a wake', () => {
  test('runs an idle loop at once', async () => {
    const { loop, clock, began } = open()
    loop.start()
    await clock.advance(500)
    loop.wake()
    await clock.advance(0)
    expect(began).toEqual([0, 500])
    await clock.advance(999)
    expect(began).toEqual([0, 500])
    await clock.advance(1)
    expect(began).toEqual([0, 500, 1500])
  })

  test('rests after a run in proportion to how long that let nothing else run, and many are one', async () => {
    const { loop, clock, began } = open(async () => {}, { blocksMs: 10 })
    loop.start()
    await clock.advance(0)
    for (let i = 0; i < 100; i++) loop.wake()
    await clock.advance(189)
    expect(began).toEqual([0])
    await clock.advance(1)
    expect(began).toEqual([0, 190])
  })

  test('does not rest for what it only waited for', async () => {
    const { loop, clock, began } = open(lasting(100))
    loop.start()
    await clock.advance(101)
    loop.wake()
    await clock.advance(0)
    expect(began).toEqual([0, 101])
  })

  test('rests no longer than until the next turn would come anyway', async () => {
    const { loop, clock, began } = open(async () => {}, { blocksMs: 500 })
    loop.start()
    await clock.advance(0)
    loop.wake()
    await clock.advance(1000)
    expect(began).toEqual([0, 1000])
  })

  test('during a run makes one more after it, never two at once', async () => {
    const { loop, clock, began, ended } = open(lasting(100))
    loop.start()
    await clock.advance(50)
    loop.wake()
    loop.wake()
    await clock.advance(50)
    expect([began, ended()]).toEqual([[0], 1])
    await clock.advance(1)
    expect(began).toEqual([0, 101])
    await clock.advance(1000)
    expect(began).toEqual([0, 101])
  })

  test('after the stop does nothing', async () => {
    const { loop, clock, began } = open()
    loop.start()
    await clock.advance(0)
    await loop.stop()
    loop.wake()
    await clock.advance(5000)
    expect(began).toEqual([0])
  })
})

describe('one run on demand', () => {
  test('runs without a start', async () => {
    const { loop, began } = open()
    await loop.runOnce()
    expect(began).toEqual([0])
  })

  test('asked for during a run is a run that begins after it, and everybody who asked waits for its end', async () => {
    const { loop, clock, began, ended } = open(lasting(100))
    const first = loop.runOnce()
    await clock.advance(10)
    const endedAt: number[] = []
    const asked = [1, 2, 3].map(() => loop.runOnce().then(() => endedAt.push(ended())))
    await clock.advance(1000)
    await Promise.all([first, ...asked])
    expect(began).toEqual([0, 100])
    expect(endedAt).toEqual([2, 2, 2])
  })
})

describe('a stop', () => {
  test('waits for the run under way and lets no other begin', async () => {
    const { loop, clock, began, ended } = open(lasting(100))
    loop.start()
    await clock.advance(50)
    loop.wake()
    let stopped = false
    const stopping = loop.stop().then(() => (stopped = true))
    await clock.advance(49)
    expect(stopped).toBe(false)
    await clock.advance(1)
    await stopping
    expect(ended()).toBe(1)
    await clock.advance(5000)
    expect(began).toEqual([0])
  })

  test('is harmless twice, side by side, and when the loop never started', async () => {
    const { loop, clock, began } = open()
    await Promise.all([loop.stop(), loop.stop()])
    await loop.stop()
    loop.start()
    await clock.advance(5000)
    expect(began).toEqual([])
  })

  test('lets go of a run that was asked for and has not begun', async () => {
    const { loop, clock, began } = open(lasting(100))
    loop.start()
    await clock.advance(50)
    const asked = loop.runOnce()
    const stopping = loop.stop()
    await clock.advance(1000)
    await Promise.all([asked, stopping])
    expect(began).toEqual([0])
  })
})
