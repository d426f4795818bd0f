import type { Job } from '../../../domain/jobs/job.ts'
import { useConsole } from '../data/console.ts'
import { JobChip } from '../parts/chip.tsx'
import { Time } from '../parts/time.tsx'
import { ranText, waitedText } from './job-words.ts'

export function JobsTable({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <div class="scroll">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Repository</th>
            <th scope="col">Workflow</th>
            <th scope="col">State</th>
            <th scope="col">Queued</th>
            <th scope="col" class="number">
              Waited
            </th>
            <th scope="col" class="number">
              Ran
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.key} job={job} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function JobRow({ job }: { readonly job: Job }) {
  const { now } = useConsole().ticker
  return (
    <tr>
      <th scope="row" class="breakable">
        <a href={`/jobs/${encodeURIComponent(job.key)}`}>{job.name || job.externalId}</a>
        {job.attempt > 1 && <span class="dim"> attempt {job.attempt}</span>}
      </th>
      <td data-label="Repository" class="breakable">
        {job.repository}
      </td>
      <td data-label="Workflow" class="breakable">
        {job.workflow}
      </td>
      <td data-label="State">
        <JobChip job={job} />
      </td>
      <td data-label="Queued">
        <Time at={job.queuedAt ?? job.receivedAt} />
      </td>
      <td data-label="Waited" class="number">
        {waitedText(job, now.value)}
      </td>
      <td data-label="Ran" class="number">
        {ranText(job, now.value)}
      </td>
    </tr>
  )
}
