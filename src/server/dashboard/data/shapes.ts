import type { CostSum, JobCost } from '../../../domain/costs/report.ts'
import type { MachineLife } from '../../../domain/life.ts'
import type { Explanation } from '../../../domain/ports/operations.ts'

/** An explanation with the money, where a ledger is kept. */
export interface CostedExplanation extends Explanation {
  readonly cost?: JobCost
}

export interface CostedLife extends MachineLife {
  readonly costs?: readonly CostSum[]
}
