import type { Clock } from '../../domain/ports/clock.ts'
import type { Conclusion } from '../../domain/jobs/job.ts'
import { NameTaken } from '../../domain/errors.ts'
import type { Random } from '../random.ts'
import type { CiJob, JobFacts } from './ci-job.ts'
import type { Recorder } from './recorder.ts'

/** The agent's side of a registration: what its source tells it. */
export interface Worker {
  /** A job is handed to it. False when it is no longer there to take it. */
  take(job: CiJob): boolean
  /** Its registration is gone: it ends by itself. */
  dismissed(): void
}

interface Runner {
  readonly id: string
  readonly name: string
  readonly scope: string
  readonly labels: ReadonlySet<string>
  worker?: Worker
  job?: CiJob
  /** False once it is deregistered; what it does, it does to the end. */
  listed: boolean
}

/** A CI system whose agents are `free`: it hands its jobs to whichever connected agent it likes. */
export interface Ci {
  readonly jobs: ReadonlyMap<string, CiJob>
  readonly runners: ReadonlyMap<string, Runner>
  submit(facts: JobFacts, waiting: boolean): CiJob
  approve(id: string): void
  cancel(id: string): void
  /** An agent that is not ours takes a queued job. */
  steal(id: string, ms: number): void
  register(name: string, labels: readonly string[], scope: string): string
  unregister(name: string): 'gone' | 'busy'
  /** The agent behind a registration has connected; false when there is no such registration. */
  connect(name: string, worker: Worker): boolean
  /** It has begun the work of the job that it was handed. */
  begin(name: string): void
  /** It has done that work. */
  finish(name: string): void
  /** The agent is not heard of any more. */
  lose(name: string): void
}

/** How long a source waits for an agent that it has lost before it gives up on its job. */
const giveUpMs: readonly [number, number] = [20_000, 120_000]

export function createCi(clock: Clock, random: Random, recorder: Recorder, tell: (job: CiJob) => void): Ci {
  const jobs = new Map<string, CiJob>()
  const runners = new Map<string, Runner>()
  const queued = new Set<CiJob>()
  const idle = new Set<Runner>()
  let ids = 0

  /** The source hands jobs to idle agents in an order of its own. */
  function assign(): void {
    for (const runner of random.shuffled([...idle])) {
      if (queued.size === 0) return
      const matching = [...queued].filter((job) => job.scope === runner.scope && suits(job, runner))
      const job = random.shuffled(matching)[0]
      if (!job || !runner.worker?.take(job)) continue
      idle.delete(runner)
      queued.delete(job)
      runner.job = job
      job.runner = runner.name
    }
  }

  function move(job: CiJob, state: CiJob['state'], ended?: Conclusion): void {
    if (job.state === 'done') return
    job.state = state
    job.ended = ended
    if (state === 'queued') queued.add(job)
    else queued.delete(job)
    tell(job)
  }

  /** Of an agent whose job is on its way to it, not even the source knows whether it is busy. */
  function letsGo({ job }: Runner): boolean {
    return job?.state === 'queued' && random.chance(0.5)
  }

  function forget(runner: Runner): void {
    runners.delete(runner.name)
    idle.delete(runner)
  }

  return {
    jobs,
    runners,
    submit(facts, waiting) {
      const job: CiJob = { ...facts, id: `j${++ids}`, state: 'waiting', begun: 0 }
      jobs.set(job.id, job)
      move(job, waiting ? 'waiting' : 'queued')
      assign()
      return job
    },
    approve(id) {
      const job = jobs.get(id)
      if (job?.state !== 'waiting') return
      move(job, 'queued')
      assign()
    },
    cancel(id) {
      const job = jobs.get(id)
      const held = [...runners.values()].some((runner) => runner.job === job)
      if (!job || held || (job.state !== 'queued' && job.state !== 'waiting')) return
      job.fate = 'cancelled'
      move(job, 'done', 'cancelled')
    },
    steal(id, ms) {
      const job = jobs.get(id)
      if (!job || !queued.has(job)) return
      job.runner = 'runner-of-somebody-else'
      job.fate = 'taken by an agent that is not ours'
      move(job, 'running')
      clock.timer(ms, () => move(job, 'done', 'success'))
    },
    register(name, labels, scope) {
      if (runners.has(name)) throw new NameTaken(`runner ${name} already exists`)
      const id = String(++ids)
      runners.set(name, { id, name, scope, labels: new Set(labels.map((label) => label.toLowerCase())), listed: true })
      return id
    },
    unregister(name) {
      const runner = runners.get(name)
      if (!runner) return 'gone'
      if (runner.job && !letsGo(runner)) return 'busy'
      runner.listed = false
      if (runner.job) return 'gone'
      forget(runner)
      runner.worker?.dismissed()
      return 'gone'
    },
    connect(name, worker) {
      const runner = runners.get(name)
      if (!runner) return false
      runner.worker = worker
      if (!runner.job) idle.add(runner)
      assign()
      return runners.has(name)
    },
    begin(name) {
      const job = runners.get(name)?.job
      if (!job) return
      job.begun++
      if (job.begun > 1) recorder.violate('once', `job ${job.id} was begun ${job.begun} times`)
      move(job, 'running')
    },
    finish(name) {
      const runner = runners.get(name)
      if (!runner?.job) return
      const { job } = runner
      forget(runner)
      move(job, 'done', job.outcome)
    },
    lose(name) {
      const runner = runners.get(name)
      if (!runner) return
      idle.delete(runner)
      runner.worker = undefined
      const { job } = runner
      if (!job) return
      clock.timer(random.between(...giveUpMs), () => {
        forget(runner)
        // Handed over and never begun: it goes back into the queue.
        if (job.state === 'queued') {
          job.runner = undefined
          queued.add(job)
          return assign()
        }
        job.fate ??= 'its agent was lost'
        move(job, 'done', 'failure')
      })
    },
  }
}

function suits(job: CiJob, runner: Runner): boolean {
  return job.labels.every((label) => runner.labels.has(label.toLowerCase()))
}
