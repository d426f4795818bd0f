import type { Clock } from '../../../domain/ports/clock.ts'
import type { Estate } from '../estate.ts'
import type { Announcer } from '../happenings.ts'
import type { GithubStandInOptions } from '../options.ts'
import type { Random } from '../random.ts'
import type { Job } from '../records.ts'
import type { Timers } from '../timers.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import { createJobs, type JobAction, type Jobs } from './jobs.ts'
import { createPresence, type Presence } from './presence.ts'
import { createRunners, type Runners } from './runners.ts'

/** Jobs, runners, and what brings them together. */
export interface Work {
  readonly jobs: Jobs
  readonly runners: Runners
  readonly dispatcher: Dispatcher
  readonly presence: Presence
  /** Resolves when no job is live. */
  settled(): Promise<void>
}

export interface WorkDependencies {
  readonly options: GithubStandInOptions
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly announcer: Announcer
  readonly estate: Estate
  readonly notify: (job: Job, action: JobAction) => void
}

export function createWork(dependencies: WorkDependencies): Work {
  const { options, clock, timers, random, announcer, estate, notify } = dependencies
  const jobs = createJobs({ clock, estate, announcer, notify })
  const runners = createRunners({ clock, timers, announcer, busyLagMs: options.busyLagMs ?? 0 })
  const dispatcher = createDispatcher({
    jobs,
    runners,
    random,
    timers,
    holdMs: options.holdMs ?? 50_000,
    pickupMs: options.pickupMs ?? 60_000,
  })
  const presence = createPresence({
    timers,
    disconnectMs: options.disconnectMs ?? 5_000,
    lostAfterMs: options.lostAfterMs ?? 30_000,
    onConnected: (runner) => announcer.announce('agent-connected', { runner }),
    onDisconnected: (runner) => announcer.announce('agent-disconnected', { runner }),
    onLost: (runner) => dispatcher.lose(runner),
  })
  announcer.on('job-queued', () => dispatcher.dispatch())

  function settled(): Promise<void> {
    if (jobs.live() === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = announcer.on('job-completed', () => {
        if (jobs.live() > 0) return
        stop()
        resolve()
      })
    })
  }

  return { jobs, runners, dispatcher, presence, settled }
}
