import type { QueueGroup } from '../../../domain/console/live.ts'
import { useConsole } from '../data/console.ts'
import { counted, roundDuration, sentence } from '../data/words.ts'
import { Panel } from '../parts/panel.tsx'
import { usePoolLook } from '../parts/pool-tag.tsx'
import { cardsOf, type QueueCard } from './queue-cards.ts'

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
          {cardsOf(groups).map((card) => (
            <Card key={card.key} card={card} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** More would be a texture, not a number. */
const MOST_BLOCKS = 60

function Card({ card }: { readonly card: QueueCard }) {
  const { count, labels, pool, reasons } = card
  const { kind, letter } = usePoolLook()(pool ?? '')
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
      <ul class="reasons">
        {reasons.map((reason) => (
          <Reason key={`${reason.code} ${reason.reason}`} group={reason} alone={reasons.length === 1} />
        ))}
      </ul>
      <Oldest card={card} />
    </li>
  )
}

function Reason({ group, alone }: { readonly group: QueueGroup; readonly alone: boolean }) {
  const { count, reason, next } = group
  return (
    <li>
      {!alone && <strong>{count}: </strong>}
      {alone ? sentence(reason) : reason}. <span class="dim">Next: {next}.</span>
    </li>
  )
}

/** The longest wait, against what the pool promises where it does. */
function Oldest({ card }: { readonly card: QueueCard }) {
  const { ticker, live } = useConsole()
  const { oldestQueuedAt, pool } = card
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
