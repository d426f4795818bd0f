import { useLocation } from 'preact-iso'
import { useConsole } from '../data/console.ts'
import type { Me } from '../data/session.ts'
import { Icon } from '../parts/icon.tsx'
import { LiveSign } from './live-sign.tsx'
import { Mark } from './mark.tsx'
import type { ThemeChoice } from './theme.ts'
import { ThemeButton } from './theme-button.tsx'

const views = [
  { path: '/', word: 'Now', icon: 'now' },
  { path: '/jobs', word: 'Jobs', icon: 'jobs' },
  { path: '/machines', word: 'Machines', icon: 'machines' },
  { path: '/cost', word: 'Cost', icon: 'cost' },
  { path: '/policy', word: 'Policy', icon: 'policy' },
] as const

export function Header({ theme, me }: { readonly theme: ThemeChoice; readonly me: Me }) {
  return (
    <header class="top">
      <a class="brand" href="/" title="What goes on now">
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
        {views.map(({ path: view, word, icon }) => (
          <li key={view}>
            <a href={view} aria-current={isHere(view) ? 'page' : undefined}>
              <Icon name={icon} />
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
