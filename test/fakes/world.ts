import type { Clock } from '../../src/domain/ports/clock.ts'
import { NameTaken, NotFound } from '../../src/domain/errors.ts'
import type { Conclusion, JobObservation, JobState, Origin } from '../../src/domain/jobs/job.ts'
import type { Requirement } from '../../src/domain/jobs/requirement.ts'
import { seededRandom } from './random.ts'

/** A job as its source holds it. */
export interface WorldJob {
  readonly id: string
  readonly repository: string
  readonly labels: readonly string[]
  readonly durationMs: number
  readonly origin: Origin
  readonly scope: string
  state: JobState
  conclusion?: Conclusion
  runner?: string
  /** How often its work was begun: exactly-once is what all of this is for. */
  begun: number
  version: number
}

export interface WorldContainer {
  readonly key: string
  readonly pool: string
  readonly machine: string
  phase: 'running' | 'exited'
  exitCode: number
  /** The runner name it was activated with. */
  runner?: string
  job?: WorldJob
  /** The container is the job's own: what it runs once activated, as `WORK_ID MILLISECONDS EXIT_CODE`. */
  readonly command?: readonly string[]
  working?: boolean
}

interface WorldRunner {
  readonly id: string
  readonly name: string
  readonly scope: string
  readonly labels: readonly string[]
  online: boolean
}

export interface WorldOptions {
  readonly clock: Clock
  readonly seed?: number
  readonly source?: string
  /** Receives what the source pushes; the test decides what becomes of it. */
  readonly push: (event: JobObservation) => void
}

/** One CI system with `free` scopes and the engines of its agents, all in memory, true to the ports' semantics. */
export interface World {
  readonly jobs: Map<string, WorldJob>
  readonly containers: Map<string, WorldContainer>
  readonly runners: Map<string, WorldRunner>
  /** How often each piece of pushed work was begun, and how it ended: its exit code, or `cut` when it was stopped. */
  readonly work: Map<string, { begun: number; ended?: number | 'cut' }>
  /** Ids of jobs whose runs were asked to run again; and runs that are not over yet, so that they can't be. */
  readonly reruns: string[]
  readonly openRuns: Set<string>
  /** Things that must never happen, as they happened. */
  readonly violations: string[]
  submit(job: {
    repository: string
    labels: readonly string[]
    durationMs: number
    origin?: Origin
    waiting?: boolean
    scope?: string
  }): WorldJob
  approve(id: string): void
  cancel(id: string): void
  observe(job: WorldJob, via: 'event' | 'read'): JobObservation
  register(name: string, labels: readonly string[], scope: string): string
  unregister(name: string): 'gone' | 'busy'
  start(machine: string, key: string, pool: string, command?: readonly string[]): void
  activate(key: string, runner: string): void
  kill(key: string): void
  remove(key: string): void
  /** Every container of the machine dies with it. */
  killMachine(machine: string): void
}

export function createWorld({ clock, seed = 1, source = 'github', push }: WorldOptions): World {
  const random = seededRandom(seed)
  const jobs = new Map<string, WorldJob>()
  const containers = new Map<string, WorldContainer>()
  const runners = new Map<string, WorldRunner>()
  const work: World['work'] = new Map()
  const violations: string[] = []
  const reruns: string[] = []
  const openRuns = new Set<string>()
  let ids = 0

  function observe(job: WorldJob, via: 'event' | 'read'): JobObservation {
    const requirement: Requirement = { kind: 'all', labels: job.labels, matchCase: false }
    return {
      via,
      began: clock.wall(),
      state: job.state,
      source,
      scope: job.scope,
      externalId: job.id,
      attempt: 1,
      requirement,
      origin: via === 'read' ? job.origin : 'unknown',
      repository: job.repository,
      workflow: 'ci',
      name: job.id,
      runId: `r${job.id}`,
      ...(job.conclusion && { conclusion: job.conclusion }),
      ...(job.runner && { takenBy: job.runner }),
    }
  }

  function tell(job: WorldJob): void {
    job.version++
    push(observe(job, 'event'))
  }

  /** The source hands jobs to idle runners in an order of its own. */
  function assign(): void {
    const queued = [...jobs.values()].filter((job) => job.state === 'queued')
    const idle = [...containers.values()].filter((c) => c.phase === 'running' && c.runner && !c.job && isOnline(c))
    for (const container of shuffled(idle, random)) {
      const runner = runners.get(container.runner ?? '')
      const own = new Set(runner?.labels.map((label) => label.toLowerCase()))
      const matching = queued
        .filter((job) => job.state === 'queued' && job.scope === runner?.scope)
        .filter((job) => job.labels.every((label) => own.has(label.toLowerCase())))
      const job = shuffled(matching, random)[0]
      if (job) begin(container, job)
    }
  }

  function isOnline(container: WorldContainer): boolean {
    return runners.get(container.runner ?? '')?.online ?? false
  }

  function begin(container: WorldContainer, job: WorldJob): void {
    container.job = job
    job.begun++
    job.runner = container.runner
    if (job.begun > 1) violations.push(`job ${job.id} was begun ${job.begun} times`)
    job.state = 'running'
    tell(job)
    clock.timer(job.durationMs, () => {
      if (containers.get(container.key) !== container || container.phase !== 'running') return
      finish(job, 'success')
      exit(container, 0)
    })
  }

  function beginWork(container: WorldContainer): void {
    const [id = '', ms = '0', code = '0'] = container.command ?? []
    const begun = (work.get(id)?.begun ?? 0) + 1
    if (begun > 1) violations.push(`work ${id} was begun ${begun} times`)
    work.set(id, { begun })
    container.working = true
    clock.timer(Number(ms), () => {
      if (containers.get(container.key) !== container || container.phase !== 'running') return
      work.set(id, { begun, ended: Number(code) })
      exit(container, Number(code))
    })
  }

  function finish(job: WorldJob, conclusion: Conclusion): void {
    if (job.state === 'done') return
    job.state = 'done'
    job.conclusion = conclusion
    tell(job)
  }

  function exit(container: WorldContainer, code: number): void {
    container.phase = 'exited'
    container.exitCode = code
    runners.delete(container.runner ?? '')
    if (container.job?.state === 'running') finish(container.job, 'failure')
    const [id = ''] = container.command ?? []
    const done = work.get(id)
    if (container.working && done?.ended === undefined) work.set(id, { begun: done?.begun ?? 1, ended: 'cut' })
  }

  return {
    jobs,
    containers,
    runners,
    work,
    reruns,
    openRuns,
    violations,
    submit({ repository, labels, durationMs, origin = 'trusted', waiting = false, scope = 'acme' }) {
      const state = waiting ? 'waiting' : 'queued'
      const facts = { repository, labels, durationMs, origin, scope }
      const job: WorldJob = { id: `j${++ids}`, ...facts, state, begun: 0, version: 0 }
      jobs.set(job.id, job)
      tell(job)
      assign()
      return job
    },
    approve(id) {
      const job = jobs.get(id)
      if (job?.state !== 'waiting') return
      job.state = 'queued'
      tell(job)
      assign()
    },
    cancel(id) {
      const job = jobs.get(id)
      if (job?.state !== 'queued' && job?.state !== 'waiting') return
      finish(job, 'cancelled')
    },
    observe,
    register(name, labels, scope) {
      if (runners.has(name)) throw new NameTaken(`runner ${name} already exists`)
      const id = String(++ids)
      runners.set(name, { id, name, labels, scope, online: false })
      return id
    },
    unregister(name) {
      const holder = [...containers.values()].find((c) => c.runner === name && c.phase === 'running')
      if (holder?.job?.state === 'running') return 'busy'
      runners.delete(name)
      // A runner whose registration is gone ends by itself, as GitHub's does.
      if (holder) exit(holder, 1)
      return 'gone'
    },
    start(machine, key, pool, command) {
      if (!containers.has(key)) containers.set(key, { key, pool, machine, phase: 'running', exitCode: 0, command })
    },
    activate(key, runner) {
      const container = containers.get(key)
      if (container?.phase !== 'running') throw new NotFound(`container ${key} is not running`)
      if (container.command) return beginWork(container)
      container.runner = runner
      const registered = runners.get(runner)
      if (!registered) return exit(container, 1)
      registered.online = true
      assign()
    },
    kill(key) {
      const container = containers.get(key)
      if (container?.phase === 'running') exit(container, 137)
    },
    remove(key) {
      const container = containers.get(key)
      if (container?.phase === 'running' && container.job?.state === 'running')
        violations.push(`container ${key} was removed while job ${container.job.id} ran in it`)
      if (container?.phase === 'running') exit(container, 137)
      containers.delete(key)
    },
    killMachine(machine) {
      for (const container of containers.values())
        if (container.machine === machine) {
          exit(container, 137)
          containers.delete(container.key)
        }
    },
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
