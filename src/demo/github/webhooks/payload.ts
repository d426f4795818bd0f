import type { Installation, Job } from '../records.ts'
import { organizationShape, userShape } from '../shapes/account.ts'
import { jobShape } from '../shapes/job.ts'
import { repositoryShape } from '../shapes/repository.ts'
import { nodeId, type Urls } from '../shapes/urls.ts'
import type { JobAction } from '../work/jobs.ts'

/** The `workflow_job` event, whole, as the job is now. */
export function workflowJobPayload(action: JobAction, job: Job, installation: Installation, urls: Urls) {
  const { account } = installation
  return {
    action,
    workflow_job: jobShape(job, urls),
    repository: repositoryShape(job.run.repository, urls),
    ...(account.type === 'Organization' && { organization: organizationShape(account, urls) }),
    sender: userShape(job.run.head.repository.owner, urls),
    installation: { id: installation.id, node_id: nodeId('Installation', installation.id) },
  }
}
