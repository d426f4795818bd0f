import { LocationProvider, Route, Router } from 'preact-iso'
import { useEffect } from 'preact/hooks'
import { useConsole } from '../data/console.ts'
import { CostPage } from '../cost/cost-page.tsx'
import { JobPage } from '../jobs/job-page.tsx'
import { JobsPage } from '../jobs/jobs-page.tsx'
import { MachinePage } from '../machines/machine-page.tsx'
import { MachinesPage } from '../machines/machines-page.tsx'
import { NowPage } from '../now/now-page.tsx'
import { PolicyPage } from '../policy/policy-page.tsx'
import { PageTitle } from '../parts/page.tsx'
import { Empty } from '../parts/states.tsx'
import { handedToken } from './handed-token.ts'
import { Header } from './header.tsx'
import { LoginPage } from './login-page.tsx'
import type { ThemeChoice } from './theme.ts'

export function App({ theme }: { readonly theme: ThemeChoice }) {
  const { session, live, spoken, clock } = useConsole()
  const standing = session.standing.value

  useEffect(() => {
    let cancel = (): void => {}
    const ask = async (): Promise<void> => {
      const token = handedToken(location, history)
      if (token !== undefined) await session.login(token).catch(() => session.leave())
      else await session.check()
      if (session.standing.value.at === 'unknown') cancel = clock.timer(2000, () => void ask())
    }
    void ask()
    return () => cancel()
  }, [session, clock])

  useEffect(() => {
    if (standing.at === 'in') live.start()
    else live.stop()
  }, [standing.at, live])

  return (
    <LocationProvider>
      {standing.at === 'unknown' && <p class="empty">Asking the service…</p>}
      {standing.at === 'out' && <LoginPage theme={theme} />}
      {standing.at === 'in' && (
        <>
          <a class="skip" href="#main">
            Skip to the page
          </a>
          <Header theme={theme} me={standing.me} />
          <main id="main">
            <Views />
          </main>
        </>
      )}
      <p class="unseen" role="status" aria-live="polite">
        {spoken}
      </p>
    </LocationProvider>
  )
}

function Views() {
  return (
    <Router>
      <Route path="/" component={NowPage} />
      <Route path="/jobs" component={JobsPage} />
      <Route path="/jobs/:key" component={JobPage} />
      <Route path="/machines" component={MachinesPage} />
      <Route path="/machines/:key" component={MachinePage} />
      <Route path="/cost" component={CostPage} />
      <Route path="/policy" component={PolicyPage} />
      <Route default component={NowherePage} />
    </Router>
  )
}

function NowherePage() {
  return (
    <>
      <PageTitle title="Nothing is here" />
      <Empty title="This address leads nowhere.">
        <a href="/">What goes on now</a>
      </Empty>
    </>
  )
}
