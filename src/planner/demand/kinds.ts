import type { Job } from '../../domain/jobs/job.ts'
import { requirementKey, type Requirement } from '../../domain/jobs/requirement.ts'

/** Jobs that ask for the same of the same scope. One object for all of them, so that it can be a key. */
export interface Kind {
  readonly source: string
  readonly scope: string
  readonly requirement: Requirement
}

/** Finds the kind of a job; for each spelling of a requirement its meaning is worked out once. */
export function createKinds(): (job: Job) => Kind {
  const byRequirement = new Map<Requirement, Kind>()
  const bySpelling = new Map<string, Kind>()
  const byMeaning = new Map<string, Kind>()

  function find(job: Job): Kind {
    const spelling = `${job.source}\n${job.scope}\n${spell(job.requirement)}`
    const known = bySpelling.get(spelling)
    if (known) return known
    const meaning = `${job.source}\n${job.scope}\n${requirementKey(job.requirement)}`
    const kind = byMeaning.get(meaning) ?? { source: job.source, scope: job.scope, requirement: job.requirement }
    byMeaning.set(meaning, kind)
    bySpelling.set(spelling, kind)
    return kind
  }

  return (job) => {
    // A job is asked for several times, and live jobs that ask for the same mostly share the object.
    const known = byRequirement.get(job.requirement)
    if (known && known.source === job.source && known.scope === job.scope) return known
    const kind = find(job)
    byRequirement.set(job.requirement, kind)
    return kind
  }
}

function spell(requirement: Requirement): string {
  return requirement.kind === 'all'
    ? `${requirement.matchCase}:${requirement.labels.join('\n')}`
    : requirementKey(requirement)
}
