import { useEffect, useRef, useState } from 'preact/hooks'
import { messageOf } from '../data/api.ts'
import { useConsole } from '../data/console.ts'
import { Mark } from './mark.tsx'
import type { ThemeChoice } from './theme.ts'
import { ThemeButton } from './theme-button.tsx'

export function LoginPage({ theme }: { readonly theme: ThemeChoice }) {
  const { session } = useConsole()
  const field = useRef<HTMLInputElement>(null)
  const [token, setToken] = useState('')
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    document.title = 'Log in · Slipway'
    field.current?.focus()
  }, [])

  const login = async (event: Event): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    try {
      await session.login(token.trim())
    } catch (problem) {
      setError(messageOf(problem))
      setBusy(false)
      field.current?.select()
    }
  }

  return (
    <main class="login">
      <form class="panel" onSubmit={(event) => void login(event)}>
        <div class="login-head">
          <Mark size={40} />
          <h1>Slipway</h1>
          <ThemeButton theme={theme} />
        </div>
        <label class="field">
          <span>Token</span>
          <input
            ref={field}
            type="password"
            name="token"
            autocomplete="current-password"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
            aria-invalid={error !== undefined}
            aria-describedby="login-help"
          />
        </label>
        {error !== undefined && (
          <p class="failure" role="alert">
            {error}
          </p>
        )}
        <button type="submit" class="button main" disabled={busy}>
          {busy ? 'Logging in…' : 'Log in'}
        </button>
        <p id="login-help" class="small dim">
          On its host the service left one in the file beside its database, <code>slipway.db.token</code>.{' '}
          <code>slipway token create NAME --roles read</code> makes one that may look and change nothing.
        </p>
      </form>
    </main>
  )
}
