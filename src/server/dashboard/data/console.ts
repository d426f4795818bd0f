import { signal, type ReadonlySignal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { createApi, type Api } from './api.ts'
import type { BrowserClock } from './clock.ts'
import { createLive, type Live } from './live.ts'
import { createSession, type Session } from './session.ts'
import { createTicker, type Ticker } from './ticker.ts'

/** All that the views share. */
export interface Console {
  readonly clock: BrowserClock
  readonly ticker: Ticker
  readonly session: Session
  readonly api: Api
  readonly live: Live
  /** Whether a view was come to already. */
  readonly arrived: { current: boolean }
  /** For people who don't see the page: spoken once it changes. */
  readonly spoken: ReadonlySignal<string>
  readonly speak: (words: string) => void
}

export function createConsole(deps: {
  readonly clock: BrowserClock
  readonly fetch: typeof fetch
  readonly openEvents: (url: string) => EventSource
}): Console {
  const { clock, fetch, openEvents } = deps
  const ticker = createTicker(clock)
  const session = createSession({ fetch })
  const api = createApi({ fetch, guard: session.guard, onStranger: session.leave })
  const live = createLive({ clock, open: openEvents, onBroken: session.check, ticker })
  const spoken = signal('')
  return {
    clock,
    ticker,
    session,
    api,
    live,
    arrived: { current: false },
    spoken,
    speak(words) {
      spoken.value = words
    },
  }
}

export const ConsoleContext = createContext<Console | undefined>(undefined)

export function useConsole(): Console {
  const console = useContext(ConsoleContext)
  if (!console) throw new Error('outside of the console')
  return console
}
