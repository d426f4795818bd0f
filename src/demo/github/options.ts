import type { Clock } from '../../domain/ports/clock.ts'
import type { Exchange } from './rest/exchange.ts'
import type { Network } from './webhooks/network.ts'

export interface RepositoryOptions {
  readonly name: string
  /** Default true. */
  readonly private?: boolean
}

export interface RunnerGroupOptions {
  readonly name: string
  /** Default `all`. */
  readonly visibility?: 'all' | 'private' | 'selected'
  /** Names of repositories, for `selected`. */
  readonly repositories?: readonly string[]
  /** Default false. */
  readonly allowsPublic?: boolean
}

/** One account that has installed the App. Organizations have a group `Default` besides the ones named here. */
export interface InstallationOptions {
  readonly account: string
  /** Default `Organization`. */
  readonly type?: 'Organization' | 'User'
  readonly repositories: readonly (string | RepositoryOptions)[]
  readonly runnerGroups?: readonly RunnerGroupOptions[]
  /** What the account granted; default is all that Slipway's setup asks for. */
  readonly permissions?: Readonly<Record<string, string>>
}

export interface WebhookOptions extends Partial<Network> {
  /** Where deliveries go; they fail to connect until it is known (`setWebhookUrl`). */
  readonly url?: string
  readonly secret?: string
}

export interface GithubStandInOptions {
  readonly installations: readonly InstallationOptions[]
  readonly clock?: Clock
  /** Drives who gets which job and what the network does to webhooks. */
  readonly seed?: number
  readonly host?: string
  readonly port?: number
  /** URL under which agents reach the stand-in, e.g. through a bridge's gateway. Default: where it listens. */
  readonly agentUrl?: (port: number) => string
  readonly app?: { readonly id?: number; readonly slug?: string; readonly privateKey?: string }
  readonly webhooks?: WebhookOptions
  /** Every JIT configuration is answered this long after it was made. */
  readonly jitDelayMs?: number
  readonly tokenLifetimeMs?: number
  readonly requestsPerHour?: number
  /** The `busy` flag of runners follows the truth this late. */
  readonly busyLagMs?: number
  /** How long an agent's question for work is held open. */
  readonly holdMs?: number
  /** A job assigned but not begun by then goes back to the queue. */
  readonly pickupMs?: number
  /** A runner with no connection for this long shows as offline. */
  readonly disconnectMs?: number
  /** A job whose runner has been offline for this long fails. */
  readonly lostAfterMs?: number
  /** Sees every REST request with its answer. */
  readonly observe?: (exchange: Exchange) => void
  /** Sees every webhook as it is made, before the network gets it. */
  readonly observeWebhook?: (event: string, payload: unknown) => void
}
