import type { CostQuestion, CostReport, JobCost, MachineCost } from '../costs/report.ts'
import type { Job } from '../jobs/job.ts'
import type { Machine } from '../machine.ts'

/** What the ledger tells people. Each rejects as the store does. */
export interface Costs {
  /** BadInput where the time asked for ends before it begins. */
  report(question: CostQuestion): Promise<CostReport>
  /** Undefined where nothing was charged to it. */
  ofJob(job: Job): Promise<JobCost | undefined>
  /** Undefined where nothing was charged: it is given by hand, or too new. */
  ofMachine(machine: Machine): Promise<MachineCost | undefined>
}

/** What people may ask of the service about money. */
export interface CostOperations {
  /** BadInput where the time asked for ends before it begins. */
  cost(question: CostQuestion): Promise<CostReport>
  /** Undefined where nothing was charged to it: it has not begun, or its machine is not one that we made. */
  jobCost(key: string): Promise<JobCost | undefined>
}
