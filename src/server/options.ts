import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'
import type { Operations } from '../domain/ports/operations.ts'
import type { SourceRoute } from '../domain/ports/source.ts'
import type { ProxyAuth } from './login/proxy-users.ts'

export interface Address {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** A source's route and the name of the source that it belongs to. */
export interface MountedRoute {
  readonly source: string
  readonly route: SourceRoute
}

/**
 * Counts one thing that happened.
 * - `hook` {source, outcome, reason}: see HookOutcome; `reason` is the source's word for what it ignores, else empty;
 *   `source` is empty where the path is no source's
 * - `api` {method, route, status}: an answer of the admin listener; `route` is the pattern, never the path
 */
export type CountEvent = (counter: 'hook' | 'api', labels: Readonly<Record<string, string>>) => void

export interface ServerOptions {
  /** What runs here, for the console. */
  readonly about: { readonly owner: string; readonly version: string }
  readonly operations: Operations
  /** Asked on every push, so that reloaded sources count at once. */
  readonly routes: () => readonly MountedRoute[]
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>
  readonly listen: { readonly public?: Address; readonly admin: Address }
  readonly logger: Logger
  readonly clock: Clock
  readonly onEvent?: CountEvent
  /** Names of the `http` sources: a submission that names none goes to the only one there is. */
  readonly httpSources?: () => readonly string[]
  /** Pushes that one client address may send in a minute; 6,000 unless given. */
  readonly hooksPerMinute?: number
  /** Addresses or networks of reverse proxies whose `x-forwarded-for` is believed. None unless given. */
  readonly trustProxy?: readonly string[]
  /** The same for the admin listener: whose `x-forwarded-proto`, `-host` and `-for` are believed. */
  readonly adminTrustProxy?: readonly string[]
  /** Proxies that log people in and say who they are. */
  readonly proxyAuth?: ProxyAuth
  /** A login lasts so long; 12 h unless given. */
  readonly sessionMs?: number
  /** The folder of the built console; absent: there is none. */
  readonly pages?: string
  /** `/metrics` without a token. True unless given, as the admin listener is on loopback by default. */
  readonly metricsOpen?: boolean
}

export interface RunningServer {
  readonly publicUrl?: string
  readonly adminUrl: string
  /** Takes no new connections, lets requests under way finish (10 s at most), ends the rest. May be called twice. */
  close(): Promise<void>
}
