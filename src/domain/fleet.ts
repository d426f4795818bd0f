import type { Os } from './pool.ts'
import type { Resources } from './resources.ts'

/** Machines of one kind. Pools may share a fleet. */
export interface Fleet {
  readonly name: string
  readonly provider: string
  readonly os: Os
  /** The trust zone; only pools of the same zone use it. */
  readonly zone: string
  /** Kept for the system and the engine; allocatable = size − reserve. */
  readonly reserve: Resources
  readonly limits: { readonly agentsPerMachine: number }
}
