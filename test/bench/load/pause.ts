import { systemClock } from '../../../src/kit/system-clock.ts'

/** Benchmarks measure real time, so they wait for it. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    systemClock.timer(ms, resolve)
  })
}
