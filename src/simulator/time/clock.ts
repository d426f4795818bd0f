import type { Clock } from '../../domain/ports/clock.ts'
import { createHeap } from './heap.ts'

/** Time that passes as fast as what happens in it can be worked off. */
export interface VirtualClock extends Clock {
  /** Sets the wall clock ahead or back; time itself does not pass. */
  jump(ms: number): void
  /** Fires what is due until the monotonic moment, in order, each with all that it sets off; ends early if `stop` says so. */
  run(until: number, stop: () => boolean): Promise<void>
  /** Timers that have fired. */
  fired(): number
}

interface Timer {
  readonly at: number
  readonly order: number
  run: (() => void) | undefined
}

/** So often the host gets a turn: a test runner or a signal must not wait for the end of a long history. */
const turnEvery = 2000

export function createVirtualClock(start: number): VirtualClock {
  const timers = createHeap<Timer>()
  let now = 0
  let jumped = 0
  let order = 0
  let fired = 0

  return {
    wall: () => start + now + jumped,
    monotonic: () => now,
    jump: (ms) => void (jumped += ms),
    fired: () => fired,
    timer(ms, run) {
      // Whole milliseconds, so that wall times stay whole as they are outside.
      const timer: Timer = { at: now + Math.max(0, Math.ceil(ms)), order: order++, run }
      timers.push(timer)
      return () => void (timer.run = undefined)
    },
    async run(until, stop) {
      await drained()
      for (let timer = timers.peek(); timer && timer.at <= until && !stop(); timer = timers.peek()) {
        timers.pop()
        const { run } = timer
        if (!run) continue
        now = timer.at
        run()
        fired++
        await (fired % turnEvery === 0 ? turn() : drained())
      }
      if (!stop()) now = until
    },
  }
}

/**
 * Everything that waits for no timer has run. A tick comes only when no microtask is left, however deep they are
 * chained, so one is enough, and it costs no turn of the event loop.
 */
function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
