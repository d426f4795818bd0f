import type { Job } from '../domain/job.ts'
import type { WaitGroup } from '../domain/plan.ts'
import { requirementKey } from '../domain/requirement.ts'
import type { Hold } from './route.ts'

/** Gathers waiting reasons: jobs of one source, scope, requirement and reason are one group. */
export interface WaitTally {
  add(job: Job, hold: Hold): void
  groups(): WaitGroup[]
}

export function createWaitTally(): WaitTally {
  const groups = new Map<string, WaitGroup & { count: number }>()
  return {
    add(job, hold) {
      const id = `${job.source}/${job.scope}|${requirementKey(job.requirement)}|${hold.code}|${hold.reason}`
      const group = groups.get(id)
      if (group) group.count++
      else groups.set(id, { source: job.source, scope: job.scope, requirement: job.requirement, ...hold, count: 1 })
    },
    groups: () => [...groups.values()],
  }
}
