import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'

/** Something done again and again: every `everyMs`, and soon after each `wake`. */
export interface Loop {
  readonly name: string
  start(): void
  /** Looks sooner: at once when idle; when it has just run, after a rest in proportion to how long that blocked. */
  wake(): void
  /** One run, now; runs never overlap. For tests, and for those who must know that it happened. */
  runOnce(): Promise<void>
  /** Stops for good and waits for a run under way. Harmless when never started, or stopped before. */
  stop(): Promise<void>
  /** When the newest run that did not fail began, by our wall clock. */
  lastGoodRun(): number | undefined
}

export interface LoopOptions {
  readonly name: string
  readonly everyMs: number
  readonly clock: Clock
  readonly logger: Logger
  readonly run: () => Promise<void>
  /** `lagMs`: how long after it was due, or first asked for, the run began. */
  readonly onRun?: (name: string, ms: number, failed: boolean, lagMs: number) => void
}

/**
 * A loop that is woken all the time rests for this many times as long as it let nothing else run, so that it has no
 * more than a twentieth of the process.
 */
const restShare = 19

export function createLoop({ name, everyMs, clock, logger, run, onRun }: LoopOptions): Loop {
  let started = false
  let stopped = false
  let woken = false
  let lastGood: number | undefined
  let endedAt = -Infinity
  let gapMs = 0
  let wantedAt = Infinity
  let cancel: (() => void) | undefined
  let current: Promise<void> | undefined
  let following: Promise<void> | undefined

  function schedule(ms: number): void {
    cancel?.()
    wantedAt = Math.min(wantedAt, clock.monotonic() + ms)
    cancel = clock.timer(ms, () => void runOnce())
  }

  async function attempt(): Promise<void> {
    const began = clock.wall()
    const from = clock.monotonic()
    const lagMs = Math.max(0, from - wantedAt)
    wantedAt = Infinity
    let failed = false
    let blockedMs = 0
    try {
      const running = run()
      // Up to its first wait.
      blockedMs = clock.monotonic() - from
      await running
      lastGood = began
    } catch (error) {
      failed = true
      logger.error({ err: error, loop: name }, 'loop failed')
    }
    endedAt = clock.monotonic()
    gapMs = Math.min(everyMs, Math.max(1, restShare * blockedMs))
    onRun?.(name, endedAt - from, failed, lagMs)
  }

  function runOnce(): Promise<void> {
    if (current) {
      following ??= current.then(() => {
        following = undefined
        return stopped ? undefined : runOnce()
      })
      return following
    }
    woken = false
    cancel?.()
    current = attempt().finally(() => {
      current = undefined
      if (started && !stopped) schedule(woken ? gapMs : everyMs)
    })
    return current
  }

  return {
    name,
    start() {
      if (started || stopped) return
      started = true
      schedule(0)
    },
    wake() {
      if (!started || stopped || woken) return
      woken = true
      wantedAt = Math.min(wantedAt, clock.monotonic())
      if (!current) schedule(Math.max(0, endedAt + gapMs - clock.monotonic()))
    },
    runOnce,
    async stop() {
      stopped = true
      cancel?.()
      await current
    },
    lastGoodRun: () => lastGood,
  }
}
