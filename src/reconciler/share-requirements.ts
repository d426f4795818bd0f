import type { Job } from '../domain/jobs/job.ts'
import type { Requirement } from '../domain/jobs/requirement.ts'

/** Far more than people write; beyond it sharing begins anew. */
const most = 10_000

/** Lets jobs that ask for the same share one object: it is held once, and the planner knows it again at a glance. */
export function createSharing(): (job: Job) => Job {
  const known = new Map<string, Requirement>()
  return (job) => {
    const spelling = JSON.stringify(job.requirement)
    const shared = known.get(spelling)
    if (shared) return shared === job.requirement ? job : { ...job, requirement: shared }
    if (known.size >= most) known.clear()
    known.set(spelling, job.requirement)
    return job
  }
}
