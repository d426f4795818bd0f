import type { Pool } from '../../../domain/pool.ts'
import type { Resources } from '../../../domain/resources.ts'
import type { Hold } from '../../demand/route.ts'
import type { Refusal } from './allowing/refusal.ts'

/** A number of containers of one kind that have no room. */
export interface Ask {
  readonly pool: Pool
  readonly wanted: Resources
  readonly image: string
  readonly count: number
  /** What they are: the pool's name is added. */
  readonly what: 'job' | 'warm agent' | 'standby container'
}

/** What some of the containers of an ask get: a machine that boots for them, or the reason why there is none. */
export interface Answer {
  readonly hold: Hold
  readonly boots: boolean
  readonly count: number
}

/** An ask while fleet after fleet is asked. */
export interface Want {
  readonly ask: Ask
  left: number
  readonly answers: Answer[]
  readonly refusals: Refusal[]
}
