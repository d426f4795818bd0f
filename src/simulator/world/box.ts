import type { Clock } from '../../domain/ports/clock.ts'
import type { Resources } from '../../domain/resources.ts'
import type { Random } from '../random.ts'
import type { Ci } from './ci.ts'
import type { CiJob } from './ci-job.ts'

/** A container, as its engine holds it. */
export interface Box {
  readonly key: string
  readonly pool: string
  readonly resources: Resources
  phase: 'running' | 'exited'
  exitCode: number
  /** The registration that it was activated with. */
  runner?: string
  job?: CiJob
  /** The mark that the job's start hook leaves is there. */
  marked: boolean
}

/** What goes on in containers: an agent connects, takes one job, does it, and ends. */
export interface BoxLives {
  connect(box: Box, runner: string): void
  /** It is ended from outside; its job is lost, and this is why. */
  lose(box: Box, why: string): void
}

export function createBoxLives(
  clock: Clock,
  random: Random,
  ci: Ci,
  boxes: ReadonlyMap<string, Box>,
  onExit: (key: string) => void,
): BoxLives {
  function isAlive(box: Box): boolean {
    return boxes.get(box.key) === box && box.phase === 'running'
  }

  function exit(box: Box, code: number): void {
    if (box.phase === 'exited') return
    box.phase = 'exited'
    box.exitCode = code
    if (box.runner !== undefined) ci.lose(box.runner)
    onExit(box.key)
  }

  function connect(box: Box, runner: string): void {
    if (!isAlive(box)) return
    const worker = {
      take(job: CiJob): boolean {
        if (!isAlive(box)) return false
        box.job = job
        clock.timer(random.between(100, 1500), () => begin(box, runner, job))
        return true
      },
      dismissed: () => void clock.timer(random.between(50, 2000), () => isAlive(box) && exit(box, 1)),
    }
    if (!ci.connect(runner, worker)) exit(box, 1)
  }

  function begin(box: Box, runner: string, job: CiJob): void {
    if (!isAlive(box)) return
    ci.begin(runner)
    clock.timer(random.between(50, 1500), () => void (box.marked = true))
    clock.timer(job.durationMs, () => {
      if (!isAlive(box)) return
      ci.finish(runner)
      box.job = undefined
      clock.timer(random.between(200, 3000), () => isAlive(box) && exit(box, job.outcome === 'success' ? 0 : 1))
    })
  }

  function lose(box: Box, why: string): void {
    if (box.phase === 'exited') return
    if (box.job) box.job.fate ??= why
    exit(box, 137)
  }

  return { connect, lose }
}
