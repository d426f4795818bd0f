import type { Job, Runner } from '../records.ts'
import type { Random } from '../random.ts'
import type { Timers } from '../timers.ts'
import type { Jobs } from './jobs.ts'
import { matches } from './matching.ts'
import { createQuestions } from './questions.ts'
import type { Runners } from './runners.ts'

/** Hands queued jobs to waiting agents, in an order of its own, and follows each to its end. */
export interface Dispatcher {
  /** Resolves with a job, with `none` after the hold time or when `aborted`, with `gone` when the runner was removed. */
  acquire(runner: Runner, aborted: AbortSignal): Promise<Job | 'none' | 'gone'>
  /** False: the job is no longer this runner's, so it must not begin. Asking twice is answered twice. */
  start(runner: Runner, jobId: number): boolean
  /** Open while the job runs: `cancel` when it is to be stopped. */
  hold(runner: Runner, jobId: number, aborted: AbortSignal): Promise<'none' | 'cancel' | 'gone'>
  /** False: the job ended without this runner. Asking twice is answered twice. */
  finish(runner: Runner, jobId: number, exitCode: number): boolean
  /** Pairs up what can be paired; to be called whenever a job is queued. */
  dispatch(): void
  cancel(job: Job): void
  /** False: it has a job, and stays. */
  dismiss(runner: Runner): boolean
  /** Its agent vanished for good: the job that it was at fails. */
  lose(runner: Runner): void
}

export interface DispatcherDependencies {
  readonly jobs: Jobs
  readonly runners: Runners
  readonly random: Random
  readonly timers: Timers
  readonly holdMs: number
  readonly pickupMs: number
}

export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const { jobs, runners, random, timers, holdMs, pickupMs } = dependencies
  const waiting = createQuestions<Job | 'gone'>(timers, holdMs)
  const held = createQuestions<'cancel' | 'gone'>(timers, holdMs)

  function dispatch(): void {
    for (let pair = draw(); pair; pair = draw()) assign(pair.job, pair.runner)
  }

  function draw(): { readonly job: Job; readonly runner: Runner } | undefined {
    if (jobs.queued.size === 0) return undefined
    for (const runner of random.shuffle(waiting.askers())) {
      const job = random.pick([...jobs.queued].filter((candidate) => matches(candidate, runner)))
      if (job) return { job, runner }
    }
    return undefined
  }

  function assign(job: Job, runner: Runner): void {
    jobs.assign(job, runner)
    runners.showBusy(runner, true)
    timers.after(pickupMs, () => {
      if (job.status === 'queued' && runner.job === job) giveBack(job, runner)
    })
    waiting.answer(runner, job)
  }

  function giveBack(job: Job, runner: Runner): void {
    free(runner)
    jobs.release(job)
  }

  function free(runner: Runner): void {
    runner.job = undefined
    runners.showBusy(runner, false)
  }

  function end(job: Job, runner: Runner, exitCode: number | undefined): void {
    const conclusion = job.cancelling ? 'cancelled' : exitCode === 0 ? 'success' : 'failure'
    jobs.complete(job, { runner: runner.name, conclusion, exitCode, lost: exitCode === undefined })
    remove(runner)
  }

  function remove(runner: Runner): void {
    runners.remove(runner)
    waiting.answer(runner, 'gone')
    held.answer(runner, 'gone')
  }

  return {
    dispatch,
    acquire(runner, aborted) {
      if (runner.removed) return Promise.resolve('gone')
      if (runner.job) return Promise.resolve(runner.job)
      const answer = waiting.ask(runner, aborted)
      dispatch()
      return answer
    },
    start(runner, jobId) {
      if (!isAt(runner, jobId) || !runner.job) return false
      if (runner.job.status === 'queued') jobs.begin(runner.job, runner)
      return true
    },
    hold(runner, jobId, aborted) {
      if (!isAt(runner, jobId)) return Promise.resolve('gone')
      if (runner.job?.cancelling) return Promise.resolve('cancel')
      return held.ask(runner, aborted)
    },
    finish(runner, jobId, exitCode) {
      if (isAt(runner, jobId) && runner.job?.status === 'in_progress') {
        end(runner.job, runner, exitCode)
        return true
      }
      const last = jobs.find(jobId)?.completions.at(-1)
      return last?.runner === runner.name && !last.lost
    },
    cancel(job) {
      const runner = job.runner
      jobs.cancel(job)
      if (!runner || runner.job !== job) return
      if (job.status === 'completed') free(runner)
      else held.answer(runner, 'cancel')
    },
    dismiss(runner) {
      if (runner.job) return false
      remove(runner)
      return true
    },
    lose(runner) {
      const { job } = runner
      if (job?.status === 'in_progress') end(job, runner, undefined)
    },
  }
}

function isAt(runner: Runner, jobId: number): boolean {
  return runner.job?.id === jobId && runner.job.status !== 'completed'
}
