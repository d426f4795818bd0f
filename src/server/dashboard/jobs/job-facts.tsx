import type { Explanation } from '../../../domain/ports/operations.ts'
import type { JobCost } from '../../../domain/costs/report.ts'
import { amountText } from '../data/money.ts'
import { roundDuration } from '../data/words.ts'
import { AgentChip } from '../parts/chip.tsx'
import { Copy } from '../parts/copy.tsx'
import { Facts } from '../parts/panel.tsx'
import { PoolTag } from '../parts/pool-tag.tsx'
import { Time } from '../parts/time.tsx'
import { labelsText, webAddress } from './job-words.ts'

export function JobFacts({ explanation }: { readonly explanation: Explanation }) {
  const { job, agent, pool, cost } = explanation
  return (
    <Facts
      of={[
        ['Key', <Copy text={job.key} what="key" />],
        ['Workflow', job.workflow],
        ['Asks for', labelsText(job)],
        ['Pool', pool !== undefined && <PoolTag name={pool} />],
        ['Source', `${job.source}, ${job.scope}`],
        [
          'At its source',
          job.url !== undefined && (
            <a href={webAddress(job.url)} rel="noreferrer">
              {job.url}
            </a>
          ),
        ],
        [
          'Agent',
          agent && (
            <>
              <Copy text={agent.key} what="agent’s key" /> <AgentChip state={agent.state} />
            </>
          ),
        ],
        ['Machine', agent && <a href={`/machines/${encodeURIComponent(agent.machine)}`}>{agent.machine}</a>],
        ['Exit code', job.exitCode],
        ['Code comes from', job.origin === 'fork' ? 'a fork' : undefined],
        ['Received', <Time at={job.receivedAt} reachable />],
        ['Cost', cost && <Cost cost={cost} />],
      ]}
    />
  )
}

/** What is not known is said: a part without a price is not nothing. */
function Cost({ cost }: { readonly cost: JobCost }) {
  const amounts = cost.amounts.map((amount) => amountText(amount)).join(' + ')
  const unpriced = cost.unpricedMs > 0 && `${roundDuration(cost.unpricedMs)} of machine time has no known price`
  return (
    <>
      {amounts}
      {!cost.complete && amounts !== '' && ' so far'}
      {unpriced !== false && (
        <span class="warn">
          {' '}
          {amounts !== '' && 'and '}
          {unpriced}
        </span>
      )}
      {amounts === '' && unpriced === false && <span class="dim">nothing: its machine was given by hand</span>}
    </>
  )
}
