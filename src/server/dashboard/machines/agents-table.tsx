import type { PastAgent } from '../../../domain/console/life.ts'
import { useConsole } from '../data/console.ts'
import { roundDuration } from '../data/words.ts'
import { AgentChip } from '../parts/chip.tsx'
import { PoolTag } from '../parts/pool-tag.tsx'
import { Time } from '../parts/time.tsx'

export function AgentsTable({ agents }: { readonly agents: readonly PastAgent[] }) {
  if (agents.length === 0) return <p class="empty">None so far.</p>
  return (
    <div class="scroll history">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col">Pool</th>
            <th scope="col">State</th>
            <th scope="col">Job</th>
            <th scope="col">Begun</th>
            <th scope="col" class="number">
              Lived
            </th>
            <th scope="col">End</th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <AgentRow key={agent.key} agent={agent} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function AgentRow({ agent }: { readonly agent: PastAgent }) {
  const { now } = useConsole().ticker
  const { key, pool, state, job, createdAt, endedAt, exit } = agent
  return (
    <tr>
      <th scope="row" class="mono">
        {key}
      </th>
      <td data-label="Pool">
        <PoolTag name={pool} />
      </td>
      <td data-label="State">
        <AgentChip state={state} />
      </td>
      <td data-label="Job" class="breakable">
        {job && (
          <span>
            <a href={`/jobs/${encodeURIComponent(job.key)}`}>{job.name}</a> <span class="dim">{job.repository}</span>
          </span>
        )}
      </td>
      <td data-label="Begun">
        <Time at={createdAt} />
      </td>
      <td data-label="Lived" class="number">
        {roundDuration((endedAt ?? now.value) - createdAt)}
      </td>
      <td data-label="End" class="small">
        {exit && `${exit.kind}${exit.detail === '' ? '' : `: ${exit.detail}`}`}
      </td>
    </tr>
  )
}
