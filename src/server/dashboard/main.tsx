import { render } from 'preact'
import { browserClock } from './data/clock.ts'
import { ConsoleContext, createConsole } from './data/console.ts'
import { App } from './shell/app.tsx'
import { createTheme } from './shell/theme.ts'
import './styles/index.css'

const place = document.getElementById('console')
if (!place) throw new Error('the page has no place for the console')

const shared = createConsole({
  clock: browserClock,
  fetch: (input, init) => fetch(input, init),
  openEvents: (url) => new EventSource(url),
})

render(
  <ConsoleContext.Provider value={shared}>
    <App theme={createTheme(document.documentElement, localStorage)} />
  </ConsoleContext.Provider>,
  place,
)
