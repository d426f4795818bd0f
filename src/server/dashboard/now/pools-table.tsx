import type { LivePool } from '../../../domain/console/live.ts'
import { roundDuration } from '../data/words.ts'
import { Panel } from '../parts/panel.tsx'
import { PoolTag } from '../parts/pool-tag.tsx'

/** The legend of the picture, with what each pool does and how long its jobs wait. */
export function PoolsTable({ pools }: { readonly pools: readonly LivePool[] }) {
  return (
    <Panel title="Pools" bare aside={<span class="dim">waits of the last hour</span>}>
      <div class="scroll">
        <table class="table cards dense">
          <thead>
            <tr>
              <th scope="col">Pool</th>
              <th scope="col" class="number">
                Queued
              </th>
              <th scope="col" class="number">
                Running
              </th>
              <th scope="col" class="number">
                Starting
              </th>
              <th scope="col" class="number">
                Idle
              </th>
              <th scope="col" class="number">
                Standby
              </th>
              <th scope="col">Agents</th>
              <th scope="col">Wait p50, p95</th>
            </tr>
          </thead>
          <tbody>
            {pools.map((pool) => (
              <PoolRow key={pool.name} pool={pool} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function PoolRow({ pool }: { readonly pool: LivePool }) {
  const { agents, limit } = pool
  const all = Object.values(agents).reduce((sum, count) => sum + (count ?? 0), 0) - (agents.gone ?? 0)
  const starting = (agents.requested ?? 0) + (agents.activating ?? 0)
  return (
    <tr>
      <th scope="row">
        <PoolTag name={pool.name} />
        {pool.broken !== undefined && <span class="bad small"> broken</span>}
      </th>
      <td class="number" data-label="Queued">
        {pool.queued}
      </td>
      <td class="number" data-label="Running">
        {agents.running ?? 0}
      </td>
      <td class="number" data-label="Starting">
        {starting}
      </td>
      <td class="number" data-label="Idle">
        {agents.idle ?? 0}
      </td>
      <td class="number" data-label="Standby">
        {pool.standby}
      </td>
      <td data-label="Agents">{limit === undefined ? `${all}, no limit` : <Limit count={all} limit={limit} />}</td>
      <td data-label="Wait">
        <Waits recent={pool.recent} />
      </td>
    </tr>
  )
}

function Limit({ count, limit }: { readonly count: number; readonly limit: number }) {
  const share = limit > 0 ? Math.min(1, count / limit) : 0
  return (
    <span class="limit">
      <span class="meter" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {count} of {limit}
    </span>
  )
}

function Waits({ recent }: { readonly recent: LivePool['recent'] }) {
  const { jobs, p50Ms, p95Ms, targetMs } = recent
  if (jobs === 0 || p50Ms === undefined || p95Ms === undefined) return <span class="dim">no job began</span>
  const late = targetMs !== undefined && p95Ms > targetMs
  return (
    <span>
      {roundDuration(p50Ms)}, {roundDuration(p95Ms)}
      {targetMs !== undefined && (
        <span class={late ? 'bad' : 'good'}>
          {' '}
          {late ? '✕ over' : '✓ within'} {roundDuration(targetMs)}
        </span>
      )}
    </span>
  )
}
