import { z } from 'zod'
import type { Origin } from '../../../domain/jobs/job.ts'
import { idText } from '../api/fields.ts'

const repositorySchema = z.object({ id: idText }).nullish()

/** What a workflow run tells of where its code comes from. */
export const runSchema = z.object({
  id: idText,
  event: z.string().nullish(),
  repository: repositorySchema,
  head_repository: repositorySchema,
  pull_requests: z
    .array(z.object({ head: z.object({ repo: repositorySchema }).nullish() }))
    .nullish()
    .catch(null),
})

export type Run = z.output<typeof runSchema>

/**
 * `fork` when the run's head is another repository. A deleted fork leaves no head, so that is unknown.
 *
 * `pull_request_target` runs the base repository's workflow, which may then check out the pull request, and its run may
 * name the base as head. GitHub lists pull requests of the repository itself with the run and leaves out those of
 * forks, so a run without any is unknown.
 */
export function originOf(run: Run): Origin {
  const home = run.repository?.id
  const head = run.head_repository?.id
  if (home === undefined || head === undefined || !run.event) return 'unknown'
  if (head !== home) return 'fork'
  if (run.event !== 'pull_request_target') return 'trusted'
  const heads = (run.pull_requests ?? []).map((pull) => pull.head?.repo?.id)
  if (heads.length === 0) return 'unknown'
  return heads.every((each) => each === home) ? 'trusted' : 'fork'
}
