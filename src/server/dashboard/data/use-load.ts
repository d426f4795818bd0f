import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, messageOf, type Api } from './api.ts'
import { useConsole } from './console.ts'

export interface Loaded<T> {
  /** The last good answer; it stays while a newer one is on its way. */
  readonly data?: T
  readonly error?: string
  readonly notFound: boolean
  readonly loading: boolean
  readonly again: () => void
}

export interface LoadOptions {
  /** Asks again and again, while the page is looked at. */
  readonly everyMs?: number
  /** What `key` told before stays until the new answer is there: a search does not flicker. */
  readonly keeps?: boolean
}

/** Asks the service, anew when `key` changes. */
export function useLoad<T>(
  key: string,
  load: (api: Api, signal: AbortSignal) => Promise<T>,
  { everyMs, keeps = false }: LoadOptions = {},
): Loaded<T> {
  const { api, clock } = useConsole()
  const [state, setState] = useState<Omit<Loaded<T>, 'again'> & { readonly key: string }>(() => fresh(key))
  const [round, setRound] = useState(0)
  const latest = useRef(load)
  latest.current = load

  useEffect(() => {
    const abort = new AbortController()
    let cancel = (): void => {}
    const ask = async (): Promise<void> => {
      const answer = document.hidden ? undefined : await settle(latest.current(api, abort.signal))
      if (abort.signal.aborted) return
      if (answer) setState((before) => ({ ...(before.key === key || keeps ? before : fresh<T>(key)), ...answer, key }))
      if (everyMs !== undefined) cancel = clock.timer(everyMs, () => void ask())
    }
    void ask()
    return () => {
      abort.abort()
      cancel()
    }
  }, [api, clock, key, everyMs, keeps, round])

  const shown = state.key === key || keeps ? state : fresh<T>(key)
  return { ...shown, again: () => setRound((before) => before + 1) }
}

function fresh<T>(key: string): Omit<Loaded<T>, 'again'> & { readonly key: string } {
  return { key, loading: true, notFound: false }
}

async function settle<T>(asked: Promise<T>) {
  try {
    return { data: await asked, error: undefined, notFound: false, loading: false }
  } catch (error) {
    const notFound = error instanceof ApiError && error.status === 404
    return { error: messageOf(error), notFound, loading: false }
  }
}
