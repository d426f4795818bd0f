import { z } from 'zod'
import type { Clock } from '../../../domain/ports/clock.ts'
import { NotFound, Unauthorized } from '../../../domain/errors.ts'
import type { GithubScope } from '../scopes.ts'
import type { GithubApp } from './app.ts'
import { createCaller, type Caller } from './caller.ts'
import { understand } from './fields.ts'

/** The App's installations on the accounts of our scopes; ids are looked up once and again when they prove wrong. */
export interface Accounts {
  /** As the App itself. */
  readonly app: Caller
  /** As the installation on the account that owns the scope. Unauthorized when the App is not installed there. */
  of(scope: GithubScope): Promise<Caller>
  /** The installation's number. */
  installation(scope: GithubScope): Promise<number>
  /** Whether a message of that installation may speak for the scope's account. */
  speaksFor(scope: GithubScope, installation: number | undefined): Promise<boolean>
  /** Installations changed: look them up again. */
  forget(): void
}

interface Found {
  readonly id: Promise<number>
  readonly at: number
  /** Set once the look-up is over. */
  value?: number
}

const installationSchema = z.object({ id: z.number() })
/** A message of an unexpected installation makes us look again, this often at most. */
const RECHECK_MS = 60_000
/** A message may wait for it, and its sender gives up after 10 s. */
const DEADLINE_MS = 5_000

export function createAccounts(options: {
  readonly app: GithubApp
  readonly clock: Clock
  readonly scopes: readonly GithubScope[]
  readonly onPointsLeft?: (account: string, points: number) => void
}): Accounts {
  const { app, clock, onPointsLeft } = options
  const asApp = createCaller({ app, clock })
  const found = new Map<string, Found>()
  const callers = new Map<number, Caller>()

  function find(scope: GithubScope): Found {
    const key = scope.owner.toLowerCase()
    const known = found.get(key)
    if (known) return known
    const organization = options.scopes.find((each) => each.owner.toLowerCase() === key && each.kind === 'organization')
    const entry: Found = { id: lookUp(asApp, organization ?? scope), at: clock.monotonic() }
    found.set(key, entry)
    entry.id.then(
      (value) => (entry.value = value),
      // Not kept; whoever awaits the id hears of the failure.
      () => found.get(key) === entry && found.delete(key),
    )
    return entry
  }

  function callerOf(id: number, owner: string): Caller {
    const known = callers.get(id)
    if (known) return known
    const caller = createCaller({
      app,
      clock,
      installation: id,
      onGone: () => found.delete(owner.toLowerCase()),
      onPointsLeft: (points) => onPointsLeft?.(owner, points),
    })
    callers.set(id, caller)
    return caller
  }

  return {
    app: asApp,
    of: async (scope) => callerOf(await find(scope).id, scope.owner),
    installation: (scope) => find(scope).id,
    speaksFor: async (scope, installation) => {
      const known = found.get(scope.owner.toLowerCase())
      // Not looked up yet: the signature vouches for the message, the owner's name for the account.
      if (known?.value === undefined || installation === undefined || known.value === installation) return true
      if (clock.monotonic() - known.at < RECHECK_MS) return false
      found.delete(scope.owner.toLowerCase())
      return (await find(scope).id) === installation
    },
    forget: () => found.clear(),
  }
}

async function lookUp(app: Caller, scope: GithubScope): Promise<number> {
  const place = scope.kind === 'organization' ? scope.owner : `${scope.owner}/${scope.repository}`
  try {
    const answer = await app.call({
      route:
        scope.kind === 'organization' ? 'GET /orgs/{owner}/installation' : 'GET /repos/{owner}/{repo}/installation',
      parameters: { owner: scope.owner, ...(scope.kind === 'repository' && { repo: scope.repository }) },
      what: `find the App's installation on ${place}`,
      purpose: 'work',
      deadlineMs: DEADLINE_MS,
    })
    return understand(installationSchema, answer.data, `find the App's installation on ${place}`).id
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    throw new Unauthorized(`GitHub: the App is not installed on ${place}; install it there`, { cause: error })
  }
}
