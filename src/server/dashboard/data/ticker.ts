import { signal, type ReadonlySignal } from '@preact/signals'
import type { BrowserClock } from './clock.ts'

export interface Ticker {
  /** Now by the clock of the service, renewed each second: what shows a time since reads it. */
  readonly now: ReadonlySignal<number>
  /** The service told its time: from here on `now` is by its clock, however wrong the browser's is. */
  follow(serviceTime: number): void
}

export function createTicker(clock: BrowserClock): Ticker {
  let ahead = 0
  const now = signal(clock.wall())
  const tick = (): void => {
    now.value = clock.wall() + ahead
    clock.timer(1000, tick)
  }
  tick()
  return {
    now,
    follow(serviceTime) {
      ahead = serviceTime - clock.wall()
    },
  }
}
