import type { Config, Environment } from '../config/index.ts'
import type { Log } from '../kit/log.ts'
import type { Redactor } from '../kit/redact.ts'
import type { Sink } from './io.ts'

/** The parts of the program that the command line starts; compose makes them. */
export interface Commands {
  /** Resolves once both listeners take requests. Rejects when the store or a listener can't be had. */
  serve(options: ServeOptions): Promise<RunningService>
  /** The demo from begin to end; its exit code. Ends early, and cleans up, when the signal is aborted. */
  demo(options: DemoOptions): Promise<number>
  doctor(options: { readonly configPath: string; readonly env: Environment }): Promise<readonly Finding[]>
  /** The firewall rules of a host as a script; with `apply` or `remove` also carried out. What it says is printed. */
  hostPrepare(options: HostPrepareOptions): Promise<string>
  /** Makes a GitHub App with the least permissions; the exit code. */
  githubSetup(options: GithubSetupOptions): Promise<number>
  /** Makes a token in the store itself, while no service runs. */
  offlineToken(options: OfflineTokenOptions): Promise<{ readonly secret: string }>
}

export interface ServeOptions {
  readonly configPath: string
  /** What was just loaded from it. */
  readonly config: Config
  readonly env: Environment
  readonly logger: Log
  /** Masks secrets in the log: add those of a reloaded configuration, and of registrations. */
  readonly redactor: Redactor
  readonly onReady?: () => void
}

export interface RunningService {
  /** Without `drain` agents keep running and are picked up at the next start. May be called twice. */
  stop(options: { readonly drain: boolean }): Promise<void>
  /** Loads the file again. Problems in words: then the old configuration is still in use. */
  reload(): Promise<readonly string[]>
  readonly adminUrl: string
  readonly publicUrl: string
}

export interface DemoOptions {
  /** Install and start the distribution's container engine where there is none (root on Debian and Ubuntu). */
  readonly installDocker: boolean
  readonly json: boolean
  /** Stay after the summary until the signal is aborted. */
  readonly keepOpen: boolean
  /** The web console is opened, and jobs go on coming until the signal is aborted. */
  readonly open: boolean
  readonly jobs?: number
  readonly seed?: number
  readonly env: Environment
  readonly isTty: boolean
  readonly stdout: Sink
  readonly stderr: Sink
  readonly signal: AbortSignal
}

export interface HostPrepareOptions {
  readonly apply: boolean
  readonly remove: boolean
  /** Ports on which the host's engine listens, closed to agents. */
  readonly enginePorts: readonly number[]
  /** Not this host but a configured one, by a one-shot container on its engine, which may change its network. */
  readonly helper?: { readonly config: Config; readonly machine: string; readonly image: string }
}

export interface GithubSetupOptions {
  /** The organization that shall own the App; absent: the user's own account. */
  readonly organization?: string
  /** Name of the source in the configuration: part of the webhook's path. */
  readonly source: string
  /** How GitHub reaches the public listener. */
  readonly publicUrl: string
  /** API of an Enterprise Server; absent: github.com. */
  readonly baseUrl?: string
  readonly appName?: string
  /** What the App will be used for, which decides its permissions; absent: what fits `organization`. */
  readonly features?: readonly GithubFeature[]
  /** Folder that the key and the webhook secret are written to, readable by their owner alone. */
  readonly directory: string
  /** Where the local page that begins it listens; 0: any. */
  readonly port: number
  readonly json: boolean
  readonly stdout: Sink
  readonly stderr: Sink
  readonly signal: AbortSignal
}

export type GithubFeature = 'organizationScopes' | 'repositoryScopes' | 'rerunEvicted'
export const GITHUB_FEATURES: readonly GithubFeature[] = ['organizationScopes', 'repositoryScopes', 'rerunEvicted']

export interface OfflineTokenOptions {
  readonly configPath: string
  readonly env: Environment
  readonly name: string
  readonly roles: readonly Role[]
  readonly pools: readonly string[]
  readonly repositories: readonly string[]
  readonly images: readonly string[]
  readonly ttlMs?: number
}

export type Role = 'submit' | 'read' | 'logs' | 'admin'
export const ROLES: readonly Role[] = ['submit', 'read', 'logs', 'admin']

export interface Finding {
  readonly about: string
  readonly level: 'ok' | 'warning' | 'error'
  readonly finding: string
  readonly mend?: string
}
