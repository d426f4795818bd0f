import type { Clock } from '../../domain/ports/clock.ts'
import { Transient } from '../../domain/errors.ts'
import { DeadlineExceeded } from '../../kit/deadline.ts'
import type { Random } from '../random.ts'
import { never, type Life } from '../time/life.ts'
import { errorOf, type Side, type Trouble } from './trouble.ts'

/** A call to the outside that takes as long as `ms` says, and may go wrong. */
export type Call = <T>(side: Side, verb: string, ms: readonly [number, number], work: () => T) => Promise<T>

export interface CallOptions {
  /** The clock of the world: what has reached the outside happens there, whether or not the caller lives. */
  readonly clock: Clock
  readonly random: Random
  readonly trouble: Trouble
}

/** After this the adapters give up on a call that hangs. */
const deadlineMs = 30_000

/**
 * Calls of one process. The work is done at some moment between question and answer; when the process dies before, the
 * question may or may not have reached the outside.
 */
export function createCalls(life: Life, { clock, random, trouble }: CallOptions): Call {
  const rest = (ms: number): Promise<void> => new Promise((resolve) => clock.timer(ms, resolve))

  return async (side, verb, ms, work) => {
    const step = (when: string): Promise<never> | undefined => {
      if (!life.dead) life.onStep(`${when} ${verb}`)
      return life.dead ? never() : undefined
    }
    const deadBefore = step('before')
    if (deadBefore) return deadBefore
    const failure = trouble.draw(side, verb, clock.monotonic())
    const took = random.between(...ms)
    if (failure === 'hang') {
      await rest(deadlineMs)
      if (life.dead) return never()
      throw new DeadlineExceeded(verb, deadlineMs)
    }
    if (failure !== undefined && failure !== 'lost') {
      await rest(took)
      if (life.dead) return never()
      throw errorOf(failure, verb)
    }
    const early = random.chance(0.5)
    if (!early) {
      await rest(took)
      if (life.dead && random.chance(0.5)) return never()
    }
    const result = work()
    if (early) await rest(failure === 'lost' ? deadlineMs : took)
    const deadAfter = step('after')
    if (deadAfter) return deadAfter
    if (failure === 'lost') throw new Transient(`${verb}: the answer was lost`)
    return result
  }
}
