import { signal, type ReadonlySignal } from '@preact/signals'
import type { LiveChange, Now } from '../../../domain/console/live.ts'
import { applyChange } from './apply.ts'
import type { BrowserClock } from './clock.ts'
import type { Ticker } from './ticker.ts'

/** `stale`: nothing was heard for so long that what is shown may be wrong. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'stale'

export interface Live {
  readonly picture: ReadonlySignal<Now | undefined>
  readonly connection: ReadonlySignal<Connection>
  /** When the service was last heard, by its clock: until then the picture is known to be true. */
  readonly heardAt: ReadonlySignal<number | undefined>
  start(): void
  stop(): void
}

export interface LiveDeps {
  readonly clock: BrowserClock
  readonly open: (url: string) => EventSource
  /** The connection broke, or was ended: who we are has to be asked. */
  readonly onBroken: () => Promise<void>
  readonly ticker: Ticker
}

const URL = '/api/v1/live'
const RETRY_MS = 3000
/** The service is heard every 15 s at least. */
const SILENCE_MS = 40_000
const STALE_MS = 15_000

/** The picture, kept up to date by the service; after a break it connects again by itself. */
export function createLive({ clock, open, onBroken, ticker }: LiveDeps): Live {
  const picture = signal<Now | undefined>(undefined)
  const connection = signal<Connection>('connecting')
  const heardAt = signal<number | undefined>(undefined)
  let source: EventSource | undefined
  let started = false
  let calledOff = (): void => {}
  let agedOut = (): void => {}

  function connect(): void {
    if (!started || source) return
    const opened = open(URL)
    source = opened
    const on = (kind: string, take: (data: unknown) => void): void =>
      opened.addEventListener(kind, (event) => take(JSON.parse(String(event.data))))
    on('now', (data) => show(data as Now))
    on('change', (data) => {
      const next = picture.value && applyChange(picture.value, data as LiveChange)
      if (next) show(next)
      else reconnect()
    })
    // Only these tell a quiet connection from a dead one; a service that sends none is trusted.
    on('beat', (data) => heard((data as { at: number }).at, true))
    opened.addEventListener('end', reconnect)
    opened.addEventListener('error', reconnect)
  }

  function show(next: Now): void {
    picture.value = next
    heard(next.at, false)
  }

  function heard(at: number, watch: boolean): void {
    ticker.follow(at)
    heardAt.value = at
    connection.value = 'live'
    agedOut()
    if (!watch) return
    calledOff()
    calledOff = clock.timer(SILENCE_MS, reconnect)
  }

  /** Whom the service does not know gets no second connection: `onBroken` finds out, and the login page stops us. */
  function reconnect(): void {
    disconnect()
    if (connection.value === 'live') {
      connection.value = 'reconnecting'
      agedOut = clock.timer(STALE_MS, () => {
        connection.value = 'stale'
      })
    }
    calledOff = clock.timer(RETRY_MS, () => void onBroken().then(connect))
  }

  function disconnect(): void {
    calledOff()
    source?.close()
    source = undefined
  }

  return {
    picture,
    connection,
    heardAt,
    start() {
      started = true
      connect()
    },
    stop() {
      started = false
      agedOut()
      disconnect()
      picture.value = undefined
      connection.value = 'connecting'
    },
  }
}
