import type { Installation, Job, Repository } from '../records.ts'
import { organizationShape, userShape } from '../shapes/account.ts'
import { jobShape } from '../shapes/job.ts'
import { repositoryShape } from '../shapes/repository.ts'
import { nodeId, type Urls } from '../shapes/urls.ts'
import type { JobAction } from '../work/jobs.ts'

/** Makes `workflow_job` events, whole, of a job as it is now. Repositories never change, so that messages share them. */
export function createPayloads(urls: () => Urls): (action: JobAction, job: Job, installation: Installation) => object {
  const repositories = new Map<number, object>()

  function shared(repository: Repository): object {
    const known = repositories.get(repository.id)
    if (known) return known
    const shape = repositoryShape(repository, urls())
    repositories.set(repository.id, shape)
    return shape
  }

  return (action, job, { id, account }) => ({
    action,
    workflow_job: jobShape(job, urls()),
    repository: shared(job.run.repository),
    ...(account.type === 'Organization' && { organization: organizationShape(account, urls()) }),
    sender: userShape(job.run.head.repository.owner, urls()),
    installation: { id, node_id: nodeId('Installation', id) },
  })
}
