import type { Clock } from '../../domain/ports/clock.ts'

/** One run of the process, from its start until it is killed. What it had begun never hears an answer after that. */
export interface Life {
  dead: boolean
  /** Called at every step of an effect, before and after: where a process may die. */
  readonly onStep: (step: string) => void
}

/** The clock as the process sees it: its timers die with it. */
export function clockOf(life: Life, clock: Clock): Clock {
  return {
    wall: () => clock.wall(),
    monotonic: () => clock.monotonic(),
    timer: (ms, run) => clock.timer(ms, () => (life.dead ? undefined : run())),
  }
}

/** What the dead wait for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => {})
}
