import { useLocation } from 'preact-iso'
import { useConsole } from '../data/console.ts'
import type { Me } from '../data/session.ts'
import { LiveSign } from './live-sign.tsx'
import { Mark } from './mark.tsx'
import type { ThemeChoice } from './theme.ts'
import { ThemeButton } from './theme-button.tsx'

const views = [
  { path: '/', word: 'Now', sign: '◉' },
  { path: '/jobs', word: 'Jobs', sign: '☰' },
  { path: '/machines', word: 'Machines', sign: '▤' },
  { path: '/cost', word: 'Cost', sign: '◔' },
  { path: '/policy', word: 'Policy', sign: '⚖' },
] as const

export function Header({ theme, me }: { readonly theme: ThemeChoice; readonly me: Me }) {
  return (
    <header class="top">
      <a class="brand" href="/" aria-label={`Slipway ${me.owner}: what goes on now`}>
        <Mark />
        <span>Slipway</span>
        <span class="owner">{me.owner}</span>
      </a>
      <Views />
      <div class="top-end">
        <LiveSign />
        <ThemeButton theme={theme} />
        <Account me={me} />
      </div>
    </header>
  )
}

function Views() {
  const { path } = useLocation()
  const isHere = (view: string): boolean => (view === '/' ? path === '/' : path === view || path.startsWith(`${view}/`))
  return (
    <nav class="views" aria-label="Views">
      <ul>
        {views.map(({ path: view, word, sign }) => (
          <li key={view}>
            <a href={view} aria-current={isHere(view) ? 'page' : undefined}>
              <span class="sign" aria-hidden="true">
                {sign}
              </span>
              {word}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Account({ me }: { readonly me: Me }) {
  const { session } = useConsole()
  const role = me.roles.includes('admin') ? 'admin' : 'read-only'
  return (
    <div class="account">
      <span class="who" title={`${me.name}: ${me.roles.join(', ')}`}>
        {me.name} <span class="dim">({role})</span>
      </span>
      {me.via !== 'proxy' && (
        <button type="button" class="button bare" onClick={() => void session.logout()}>
          Log out
        </button>
      )}
    </div>
  )
}
