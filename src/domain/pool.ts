import type { Resources } from './resources.ts'

export type Os = 'linux' | 'windows'

/**
 * Who may share. Pools of different `zone` share neither machine nor registration scope; the rest says what a pool
 * takes in. Everything is refused unless said.
 */
export interface Trust {
  readonly zone: string
  /** Jobs whose code comes from a fork. */
  readonly forks: boolean
  /** Jobs whose origin the source could not tell. */
  readonly unknownOrigin: boolean
  /** Registration scopes that admit public repositories. */
  readonly publicRepositories: boolean
}

/** Agents of one kind: what it serves, image, resources, limits, warm policy, fleets in order of preference. */
export interface Pool {
  readonly name: string
  readonly os: Os
  /** Sources by name, with one scope of theirs or all. */
  readonly serves: readonly { readonly source: string; readonly scope?: string }[]
  /** What its agents register with, and what jobs are matched against. */
  readonly labels: readonly string[]
  /** Allow list, `owner/name` with `*`. A registration scope that admits more is refused. */
  readonly repositories: readonly string[]
  readonly trust: Trust
  readonly fleets: readonly string[]
  readonly image: string
  /** What the container runs once it is activated; a `fixed` job brings its own. */
  readonly command: readonly string[]
  readonly resources: Resources
  /** `fixed` sources: images that a job may name (with `*`), and the most that it may ask for. */
  readonly allowedImages: readonly string[]
  readonly maxResources: Resources
  readonly priority: number
  readonly limits: { readonly agents: number; readonly perScope: number; readonly perRepository: number }
  readonly warm: { readonly agents: number; readonly standby: number }
  /** What people expect: jobs begin within this. Shown and judged, and nothing is decided by it; absent: nothing is said. */
  readonly waitTargetMs?: number
  /** An agent that nobody needs is dismissed after this long without a job. */
  readonly idleTimeoutMs: number
  /** An idle agent or standby container older than this is replaced. */
  readonly maxAgeMs: number
  /** From activation to being seen registered or at work. */
  readonly registerTimeoutMs: number
  /** Agents in a row that ended without registering before the pool counts as broken. */
  readonly maxFailures: number
  readonly isolation: IsolationPolicy
  readonly containers: 'none' | 'dind'
}

/** Each field that differs from `strictIsolation` is a visible relaxation. */
export interface IsolationPolicy {
  /** Lets the job gain privileges (sudo): drops no-new-privileges. */
  readonly sudo: boolean
  /** Capabilities kept beyond the built-in list. */
  readonly capabilities: readonly string[]
  readonly pids: number
  /** Runs agents on machines whose address rules no probe has verified. */
  readonly acceptUnverified: boolean
  /** What a Windows container runs in: with the host's kernel, or one of its own. Absent on Linux. */
  readonly windows?: WindowsIsolation
}

export type WindowsIsolation = 'process' | 'hyperv'

export const strictIsolation: IsolationPolicy = { sudo: false, capabilities: [], pids: 4096, acceptUnverified: false }
