import type { Runner } from '../records.ts'
import type { Timers } from '../timers.ts'

/** Questions of agents that are held open until there is something to say. Each agent has one at a time. */
export interface Questions<T> {
  /** Resolves with what `answer` says, or with `none` after the hold time, when aborted, or when asked anew. */
  ask(runner: Runner, aborted: AbortSignal): Promise<T | 'none'>
  answer(runner: Runner, answer: T): void
  /** Who is waiting. */
  askers(): Runner[]
}

export function createQuestions<T>(timers: Timers, holdMs: number): Questions<T> {
  const open = new Map<Runner, (answer: T | 'none') => void>()
  return {
    ask(runner, aborted) {
      open.get(runner)?.('none')
      if (aborted.aborted) return Promise.resolve('none')
      return new Promise((resolve) => {
        const settle = (answer: T | 'none'): void => {
          if (open.get(runner) === settle) open.delete(runner)
          cancel()
          resolve(answer)
        }
        const cancel = timers.after(holdMs, () => settle('none'))
        open.set(runner, settle)
        aborted.addEventListener('abort', () => settle('none'), { once: true })
      })
    },
    answer: (runner, answer) => open.get(runner)?.(answer),
    askers: () => [...open.keys()],
  }
}
