import type { Job } from '../domain/jobs/job.ts'
import type { Pool } from '../domain/pool.ts'

/** Demand that agents of one pool in one scope can meet, oldest first. */
export interface Lane {
  readonly key: string
  readonly pool: Pool
  readonly source: string
  readonly scope: string
  readonly binding: 'free' | 'fixed'
  /** Jobs that wait for an agent, those that agents already coming will take left out. */
  readonly unmet: readonly Job[]
  /** All queued jobs of the lane. */
  readonly queued: number
  /** Agents that the lane has, busy ones included: what fair share compares. */
  readonly agents: number
}
