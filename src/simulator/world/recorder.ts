import type { Clock } from '../../domain/ports/clock.ts'

/** A promise that did not hold. */
export interface Violation {
  /** Milliseconds since the beginning of the history. */
  readonly at: number
  /** Short and static: histories that break the same promise have the same. */
  readonly rule: string
  readonly words: string
}

/** What happens in the world, for those who look for the cause of a violation. */
export interface Recorder {
  violate(rule: string, words: string): void
  note(words: string): void
  readonly violations: readonly Violation[]
  readonly notes: readonly { readonly at: number; readonly words: string }[]
}

export function createRecorder(clock: Clock): Recorder {
  const violations: Violation[] = []
  const notes: { at: number; words: string }[] = []
  return {
    violations,
    notes,
    violate: (rule, words) => void violations.push({ at: clock.monotonic(), rule, words }),
    note: (words) => void notes.push({ at: clock.monotonic(), words }),
  }
}
