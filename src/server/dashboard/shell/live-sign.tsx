import { useEffect } from 'preact/hooks'
import { useConsole } from '../data/console.ts'
import { absolute, roundDuration } from '../data/words.ts'

/** Whether what is shown is true now. */
export function LiveSign() {
  const { live, ticker, speak } = useConsole()
  const connection = live.connection.value
  const heardAt = live.heardAt.value
  useEffect(() => {
    if (connection === 'stale') speak('The connection to the service is lost. What is shown may be wrong.')
  }, [connection, speak])

  if (connection === 'live') return <span class="live-sign live">live</span>
  if (connection === 'connecting') return <span class="live-sign">connecting</span>
  const silence = heardAt === undefined ? '' : ` · ${roundDuration(ticker.now.value - heardAt)} ago`
  return (
    <span
      class={`live-sign ${connection}`}
      title={heardAt === undefined ? undefined : `Last heard ${absolute(heardAt)}`}
    >
      {connection === 'stale' ? 'stale' : 'reconnecting'}
      {silence}
    </span>
  )
}
