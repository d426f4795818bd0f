import type { Clock } from '../../../domain/ports/clock.ts'
import type { Estate } from '../estate.ts'
import type { Announcer } from '../happenings.ts'
import type { Job, JobCompletion, Run, Runner } from '../records.ts'
import { createRuns, type Runs } from './runs.ts'

export interface JobSubmission {
  /** `owner/name` of a repository that has the App. */
  readonly repository: string
  readonly labels: readonly string[]
  /** A sh program; its exit code is the job's result. Wins over `durationMs`. */
  readonly script?: string
  /** Default 0. */
  readonly durationMs?: number
  readonly workflow?: string
  readonly name?: string
  /** Adds the job to a run made before. */
  readonly run?: number
  /** The code comes from a stranger's fork, by pull request. */
  readonly fork?: boolean
  /** Held as `waiting` until approved. */
  readonly approval?: boolean
  /** False: no webhook ever tells of it. */
  readonly notify?: boolean
}

export type JobAction = 'queued' | 'waiting' | 'in_progress' | 'completed'

/** The queue: every change of a job happens here, is told by webhook and announced. */
export interface Jobs {
  readonly queued: ReadonlySet<Job>
  /** How many are not completed. */
  live(): number
  submit(submission: JobSubmission): Job
  approve(job: Job): void
  /** Ends a job that has not begun; asks the agent of one that has. */
  cancel(job: Job): void
  /** A new attempt of a completed run, with new jobs for all of the newest, or for those that failed. */
  rerun(run: Run, which?: 'all' | 'failed'): readonly Job[]
  assign(job: Job, runner: Runner): void
  /** The agent has the job and begins. */
  begin(job: Job, runner: Runner): void
  /** The agent never picked it up. */
  release(job: Job): void
  complete(job: Job, outcome: Omit<JobCompletion, 'at'>): void
  find(id: number): Job | undefined
  all(): readonly Job[]
  readonly runs: Pick<Runs, 'find' | 'list'>
}

export interface JobsDependencies {
  readonly clock: Clock
  readonly estate: Estate
  readonly announcer: Announcer
  readonly notify: (job: Job, action: JobAction) => void
}

const FIRST_JOB = 32_000_000_000

export function createJobs({ clock, estate, announcer, notify }: JobsDependencies): Jobs {
  const jobs = new Map<number, Job>()
  const runs = createRuns(clock, estate)
  const queued = new Set<Job>()
  let live = 0

  function createJob(run: Run, wanted: Pick<Job, 'name' | 'labels' | 'script' | 'notify'>, waiting: boolean): Job {
    const job: Job = {
      id: FIRST_JOB + jobs.size,
      run,
      attempt: run.attempt,
      name: wanted.name,
      labels: wanted.labels,
      script: wanted.script,
      notify: wanted.notify,
      createdAt: clock.wall(),
      status: 'waiting',
      cancelling: false,
      assignments: [],
      starts: [],
      completions: [],
    }
    live += 1
    jobs.set(job.id, job)
    run.jobs.push(job)
    if (waiting) tell(job, 'waiting')
    else enqueue(job)
    return job
  }

  function enqueue(job: Job): void {
    job.status = 'queued'
    queued.add(job)
    tell(job, 'queued')
    announcer.announce('job-queued', { job })
  }

  function tell(job: Job, action: JobAction): void {
    if (job.notify) notify(job, action)
  }

  function complete(job: Job, outcome: Omit<JobCompletion, 'at'>): void {
    live -= 1
    queued.delete(job)
    job.status = 'completed'
    job.conclusion = outcome.conclusion
    job.completedAt = clock.wall()
    job.completions.push({ ...outcome, at: clock.monotonic() })
    tell(job, 'completed')
    announcer.announce('job-completed', { job, runner: job.runner })
  }

  return {
    queued,
    live: () => live,
    submit(submission) {
      const run = submission.run === undefined ? runs.create(submission) : runs.find(submission.run)
      if (!run) throw new Error(`no run ${submission.run}`)
      const wanted = {
        name: submission.name ?? 'build',
        labels: submission.labels,
        script: submission.script ?? `sleep ${(submission.durationMs ?? 0) / 1000}`,
        notify: submission.notify ?? true,
      }
      return createJob(run, wanted, submission.approval ?? false)
    },
    approve(job) {
      if (job.status === 'waiting') enqueue(job)
    },
    cancel(job) {
      if (job.status === 'completed') return
      job.cancelling = true
      if (job.status !== 'in_progress') complete(job, { conclusion: 'cancelled', lost: false })
    },
    rerun(run, which = 'all') {
      if (run.jobs.some((job) => job.status !== 'completed')) throw new Error(`run ${run.id} is not complete`)
      const previous = run.jobs.filter(
        (job) => job.attempt === run.attempt && (which === 'all' || job.conclusion !== 'success'),
      )
      run.attempt += 1
      return previous.map((job) => createJob(run, job, false))
    },
    assign(job, runner) {
      queued.delete(job)
      job.runner = runner
      runner.job = job
      job.assignments.push({ runner: runner.name, at: clock.monotonic() })
      announcer.announce('job-assigned', { job, runner })
    },
    begin(job, runner) {
      job.status = 'in_progress'
      job.startedAt = clock.wall()
      job.starts.push({ runner: runner.name, at: clock.monotonic() })
      tell(job, 'in_progress')
      announcer.announce('job-started', { job, runner })
    },
    release(job) {
      job.runner = undefined
      queued.add(job)
      announcer.announce('job-queued', { job })
    },
    complete,
    find: (id) => jobs.get(id),
    all: () => [...jobs.values()],
    runs,
  }
}
