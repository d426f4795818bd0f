import type { Clock } from '../../domain/ports/clock.ts'
import type { Origin } from '../../domain/jobs/job.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { JobSource } from '../../domain/ports/source.ts'
import { createAdmit } from './runners/admit.ts'
import { createAccounts } from './api/accounts.ts'
import { createGithubApp } from './api/app.ts'
import { createCatalog } from './api/catalog.ts'
import { createOutbound, type OutboundOptions } from '../outbound.ts'
import { createGroups } from './api/groups.ts'
import { createLru } from '../lru.ts'
import type { KnownPage } from './api/pages.ts'
import { createDismiss } from './runners/dismiss.ts'
import { createExamine } from './doctor/examine.ts'
import { createInspect } from './inspect.ts'
import { createIntake } from './intake.ts'
import { createRead } from './reading/read.ts'
import { createRecover } from './recovery/recover.ts'
import { createRerun } from './rerun.ts'
import { createRegistrations } from './runners/registrations.ts'
import type { GithubSourceConfig } from './schema.ts'
import { createScopeTable } from './scopes.ts'
import { createWidth } from './width.ts'

export interface GithubSourceDeps extends OutboundOptions {
  /** This installation's id, which registrations carry. */
  readonly owner: string
  readonly clock: Clock
  readonly logger: Logger
  /** In place of the one made for proxy and CA. */
  readonly fetch?: typeof fetch
  /** Where the public listener can be reached from outside; the doctor compares it with the App's webhook. */
  readonly publicUrl?: string
  /** Told of the requests that GitHub still grants to an account in its hour. */
  readonly onPointsLeft?: (source: string, account: string, points: number) => void
  /** Told how long after its making a webhook arrived. */
  readonly onHookLag?: (source: string, ms: number) => void
}

/** Unchanged pages of lists are asked for with their ETag and cost nothing; pages with this many items are kept. */
const PAGE_ITEMS = 40_000
const ORIGINS = 5000

/** GitHub Actions as a source of jobs, through one GitHub App. Nothing is asked of GitHub before the first call. */
export function createGithubSource(config: GithubSourceConfig, deps: GithubSourceDeps): JobSource {
  const { clock, owner, publicUrl } = deps
  const source = config.name
  const logger = deps.logger.child({ source })
  const scopes = createScopeTable(source, config.scopes)
  const outbound = createOutbound(deps)
  const app = createGithubApp({ ...config, logger, fetch: deps.fetch ?? outbound.fetch })
  const accounts = createAccounts({
    app,
    clock,
    scopes: scopes.all,
    onPointsLeft: (account, points) => deps.onPointsLeft?.(source, account, points),
  })
  const pages = createLru<KnownPage>(PAGE_ITEMS, (page) => page.items.length + 1)
  const origins = createLru<Origin>(ORIGINS)
  const catalog = createCatalog({ accounts, scopes, clock, cache: pages })
  const groups = createGroups(accounts, clock)

  return {
    name: source,
    kind: 'github',
    binding: 'free',
    scopes: scopes.all.map(({ name }) => ({ source, name })),
    routes: [
      createIntake({ source, app, scopes, accounts, catalog, clock, onLag: (ms) => deps.onHookLag?.(source, ms) }),
    ],
    width: createWidth({ scopes, accounts, groups }),
    read: createRead({ scopes, accounts, catalog, pages, origins, clock, logger }),
    inspect: createInspect({ scopes, accounts, origins, clock }),
    registrations: createRegistrations({ owner, scopes, accounts, groups }),
    admit: createAdmit({ scopes, accounts, groups }),
    dismiss: createDismiss({ scopes, accounts }),
    rerun: createRerun({ scopes, accounts }),
    recover: createRecover({ scopes, accounts, catalog, clock, logger }),
    examine: createExamine({ source, scopes, accounts, groups, clock, publicUrl }),
    close: () => outbound.close(),
  }
}
