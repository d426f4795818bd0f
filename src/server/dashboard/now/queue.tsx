import type { QueueGroup } from '../../../domain/live.ts'
import { useConsole } from '../data/console.ts'
import { counted, roundDuration, sentence } from '../data/words.ts'
import { Panel } from '../parts/panel.tsx'
import { usePoolLook } from '../parts/pool-tag.tsx'

/** What waits, why, what happens next, and about when. */
export function Queue({ groups, queued }: { readonly groups: readonly QueueGroup[]; readonly queued: number }) {
  return (
    <Panel
      title="Queue"
      bare
      class="queue"
      aside={<span class="dim">{queued > 0 ? counted(queued, 'job') : 'empty'}</span>}
    >
      {groups.length === 0 ? (
        <p class="empty">Nobody waits.</p>
      ) : (
        <ul>
          {groups.map((group) => (
            <Group
              key={`${group.source} ${group.scope} ${group.labels} ${group.code} ${group.pool ?? ''}`}
              group={group}
            />
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** More would be a texture, not a number. */
const MOST_BLOCKS = 60

function Group({ group }: { readonly group: QueueGroup }) {
  const look = usePoolLook()
  const { count, labels, pool, reason, next, etaMs } = group
  const { kind, letter } = look(pool ?? '')
  return (
    <li class="group">
      <p class="group-head">
        <strong class="group-count">{count}</strong>
        <span class="breakable">{labels}</span>
        {pool !== undefined && <span class="dim nowrap">→ {pool}</span>}
      </p>
      <p class="waiting" aria-hidden="true">
        {Array.from({ length: Math.min(count, MOST_BLOCKS) }, (_, index) => (
          <span key={index} class={`waiter ${kind}`}>
            {index === 0 && pool !== undefined ? letter : ''}
          </span>
        ))}
        {count > MOST_BLOCKS && <span class="dim">+{count - MOST_BLOCKS}</span>}
      </p>
      <p>{sentence(reason)}</p>
      <p class="dim">
        Next: {next}
        {etaMs !== undefined && `, in about ${roundDuration(etaMs)}`}
      </p>
      <Oldest group={group} />
    </li>
  )
}

/** The longest wait, against what the pool promises where it does. */
function Oldest({ group }: { readonly group: QueueGroup }) {
  const { ticker, live } = useConsole()
  const { oldestQueuedAt, pool } = group
  if (oldestQueuedAt === undefined) return null
  const waited = ticker.now.value - oldestQueuedAt
  const target = live.picture.value?.pools.find(({ name }) => name === pool)?.recent.targetMs
  const late = target !== undefined && waited > target
  return (
    <p class={late ? 'bad' : 'dim'}>
      Longest wait {roundDuration(waited)}
      {target !== undefined && ` of ${roundDuration(target)} wanted`}
      {late && ': late'}
    </p>
  )
}
