import type { Pool } from '../../../domain/pool.ts'
import type { Hold } from '../../demand/route.ts'
import type { Space } from '../../placing/rooms.ts'

/** What a container can wait for. */
export interface Expected {
  readonly hold: Hold
  /** Whether a machine boots for it. */
  readonly boots: boolean
}

/** Where room will be. */
export interface Source {
  readonly space: Space
  /** Absent for one that is only being asked for. */
  readonly machine?: string
  /** Whether a pool's containers can be expected there. */
  accepts(pool: Pool, image: string): boolean
  expect(pool: Pool, image: string): Expected
}
