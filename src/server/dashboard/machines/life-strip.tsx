import type { MachineLife } from '../../../domain/console/life.ts'
import { useConsole } from '../data/console.ts'
import { roundDuration } from '../data/words.ts'
import { usePoolLook } from '../parts/pool-tag.tsx'
import { Time } from '../parts/time.tsx'
import { lifeTime, rowsOf, spansOf, within } from './life.ts'

/** States above, cordons and agents below, all on one line of time; and the states once more in words. */
export function LifeStrip({ life }: { readonly life: MachineLife }) {
  const now = useConsole().ticker.now.value
  const { ms } = lifeTime(life, now)
  return (
    <>
      <div class="life" aria-hidden="true">
        <div class="life-row states">
          {spansOf(life, now).map(({ state, from, begin, length }) => (
            <span key={from} class={`span state-${state}`} style={place(begin, length)} title={state}>
              {length > 0.07 ? state : ''}
            </span>
          ))}
        </div>
        {life.cordons.length > 0 && (
          <div class="life-row">
            {life.cordons.map((cordon) => {
              const { begin, length } = within({ from: cordon.at, to: cordon.to }, life, now)
              return (
                <span
                  key={cordon.at}
                  class="span cordon"
                  style={place(begin, length)}
                  title={`${cordon.reason} (${cordon.by})`}
                />
              )
            })}
          </div>
        )}
        <AgentRows life={life} now={now} />
        <div class="life-axis dim">
          <span>0</span>
          <span>{roundDuration(ms / 2)}</span>
          <span>{roundDuration(ms)}</span>
        </div>
      </div>
      <ol class="life-words">
        {life.states.map(({ state, from, to }) => (
          <li key={from}>
            <strong>{state}</strong>{' '}
            {state === 'gone' || state === 'failed' ? '' : `for ${roundDuration((to ?? now) - from)}, `}
            <span class="dim">
              <Time at={from} reachable />
            </span>
          </li>
        ))}
        {life.cordons.map((cordon) => (
          <li key={`cordon ${cordon.at}`}>
            <strong>cordoned</strong> by {cordon.by}
            {cordon.to !== undefined && ` for ${roundDuration(cordon.to - cordon.at)}`}: {cordon.reason},{' '}
            <span class="dim">
              <Time at={cordon.at} reachable />
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

const MOST_ROWS = 16

function AgentRows({ life, now }: { readonly life: MachineLife; readonly now: number }) {
  const look = usePoolLook()
  const parts = life.agents.map((agent) => ({ agent, from: agent.createdAt, to: agent.endedAt }))
  return rowsOf(parts, MOST_ROWS).map((row, index) => (
    <div key={index} class="life-row agents">
      {row.map((part) => {
        const { begin, length } = within(part, life, now)
        const { agent } = part
        const title = `${agent.pool}: ${agent.job?.name ?? 'no job'}`
        return (
          <span
            key={agent.key}
            class={`span agent ${look(agent.pool).kind}`}
            style={place(begin, length)}
            title={title}
          />
        )
      })}
    </div>
  ))
}

function place(begin: number, length: number) {
  return { left: `${begin * 100}%`, width: `${length * 100}%` }
}
