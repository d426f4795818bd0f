import type { Clock } from '../../src/domain/ports/clock.ts'

export interface FakeClock extends Clock {
  /** Lets `ms` pass: every timer due fires in order, and what it sets off runs before the next. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock ahead or back; time itself does not pass. */
  jump(ms: number): void
  /** Lets everything that waits for no timer run. */
  settle(): Promise<void>
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Time that only moves when told to. */
export function createFakeClock(start = Date.UTC(2026, 0, 5, 9)): FakeClock {
  let now = 0
  let order = 0
  let jumped = 0
  const timers = new Set<Timer>()

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers)
      if (timer.at <= until && (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)))
        next = timer
    return next
  }

  return {
    wall: () => start + now + jumped,
    monotonic: () => now,
    timer(ms, run) {
      const timer = { at: now + Math.max(0, ms), order: order++, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    settle,
    jump: (ms) => void (jumped += ms),
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        now = Math.max(now, timer.at)
        timers.delete(timer)
        timer.run()
        await settle()
      }
      now = until
    },
  }
}

/** Promise chains of queues and stores are a few turns of the event loop deep. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
