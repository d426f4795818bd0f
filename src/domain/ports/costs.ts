import type { CostQuestion, CostReport, JobCost } from '../costs/report.ts'
import type { Job } from '../jobs/job.ts'

/** What the ledger tells people. Each rejects as the store does. */
export interface Costs {
  report(question: CostQuestion): Promise<CostReport>
  /** Undefined where nothing was charged to it. */
  ofJob(job: Job): Promise<JobCost | undefined>
}
