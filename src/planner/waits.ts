import type { Job } from '../domain/jobs/job.ts'
import type { WaitGroup } from '../domain/plan.ts'
import type { Kind } from './demand/kinds.ts'
import type { Hold } from './demand/route.ts'

/** Gathers waiting reasons: jobs of one source, scope, requirement and reason are one group. */
export interface WaitTally {
  add(job: Job, hold: Hold): void
  groups(): WaitGroup[]
}

export function createWaitTally(kindOf: (job: Job) => Kind): WaitTally {
  const counts = new Map<Kind, Map<Hold, number>>()
  return {
    add(job, hold) {
      const kind = kindOf(job)
      const holds = counts.get(kind)
      if (holds) holds.set(hold, (holds.get(hold) ?? 0) + 1)
      else counts.set(kind, new Map([[hold, 1]]))
    },
    groups: () => [...counts].flatMap(([kind, holds]) => groupsOf(kind, holds)),
  }
}

/** Holds made apart may say the same: then they are one group. */
function groupsOf(kind: Kind, holds: ReadonlyMap<Hold, number>): WaitGroup[] {
  const groups = new Map<string, WaitGroup>()
  for (const [hold, count] of holds) {
    const id = `${hold.code}|${hold.reason}`
    groups.set(id, { ...kind, ...hold, count: count + (groups.get(id)?.count ?? 0) })
  }
  return [...groups.values()]
}
