/**
 * requested → activating → idle ⇄ running → ending → gone, and idle → dismissing → draining → ending.
 *
 * - `requested`: its container is being prepared and its registration made, side by side
 * - `activating`: the secret is being handed over; if that fails or nobody knows, the container is discarded
 * - `idle`: activated, no job known
 * - `dismissing`: the source is being asked to forget it; `busy` leads back to running
 * - `draining`: dismissed; waits for the container to end, or to show no job for 90 s
 * - `ending`: its outcome is known; container and registration are being removed
 */
export type AgentState = 'requested' | 'activating' | 'idle' | 'running' | 'dismissing' | 'draining' | 'ending' | 'gone'

/** The leader's term under which an intent was stored. One process leads for now, so it is always 1. */
export const epoch = 1

export type ExitKind =
  | 'finished'
  | 'never-registered'
  | 'version-refused'
  | 'out-of-memory'
  | 'killed'
  | 'host-lost'
  | 'evicted'
  | 'dismissed'
  | 'image-failed'
  | 'start-failed'
  | 'timed-out'
  | 'cancelled'

export interface AgentExit {
  readonly kind: ExitKind
  readonly exitCode?: number
  readonly detail: string
}

/** A container given to a pool for exactly one job. `key` is also the key of its container. */
export interface Agent {
  readonly key: string
  readonly version: number
  readonly epoch: number
  readonly state: AgentState
  readonly pool: string
  readonly source: string
  readonly scope: string
  readonly machine: string
  /** The job it runs; with `fixed` binding from the start, else once learnt. */
  readonly job?: string
  /** Our wall time when its source told that the job is over; the agent is to end by itself. */
  readonly jobDoneAt?: number
  /** Registration tries so far; the newest one's name is `registrationName(owner, key, tries)`. */
  readonly tries: number
  readonly reason: string
  readonly createdAt: number
  /** Our wall time of the last change of state. */
  readonly stateAt: number
  readonly activatedAt?: number
  /** Seen registered or at work at least once. */
  readonly registered: boolean
  /** Why it is being dismissed or ended. */
  readonly endReason?: string
  readonly exit?: AgentExit
  /** Its whole log, where an archive is configured and there was anything to log. */
  readonly log?: AgentLog
}

export interface AgentLog {
  /** In the archive; stored before the first try, so that every one puts the same. Absent: there never was a try. */
  readonly name?: string
  /** `wanted`: still to be put; `lost`: given up, only the tail in the store is left. */
  readonly state: 'wanted' | 'kept' | 'lost'
  /** Where people find it, once it is kept. */
  readonly url?: string
  readonly bytes?: number
  /** Why it was lost. */
  readonly detail?: string
}

/** An agent's entry in its source; each try has a name of its own. `key` = source / name. */
export interface Registration {
  readonly key: string
  readonly version: number
  readonly epoch: number
  readonly state: 'requested' | 'made' | 'gone'
  readonly name: string
  readonly agent: string
  readonly try: number
  readonly source: string
  readonly scope: string
  readonly externalId?: string
  readonly createdAt: number
}

/**
 * `standby`: prepared, not yet an agent's. `key` is also the key of the agent that it becomes, so that the labels on
 * the engine are right from the start.
 */
export interface Container {
  readonly key: string
  readonly version: number
  readonly epoch: number
  readonly state: 'requested' | 'prepared' | 'active' | 'removing' | 'gone'
  readonly machine: string
  readonly pool: string
  /** Containers of one shape are interchangeable until activated. */
  readonly shape: string
  readonly resources: { readonly milliCpu: number; readonly memory: number; readonly disk: number }
  readonly agent: boolean
  readonly createdAt: number
  readonly preparedAt?: number
  /** Our wall time when it was known to be gone. */
  readonly goneAt?: number
}

export function containerName(owner: string, key: string): string {
  return `slipway-${owner}-${key}`.slice(0, 63)
}

/** At most 64 characters: GitHub's limit for a runner's name. */
export function registrationName(owner: string, agent: string, attempt: number): string {
  return `${registrationPrefix(owner)}${agent}-${attempt}`
}

export function registrationPrefix(owner: string): string {
  return `slipway-${owner.slice(0, 24)}-`
}

/** Whether the name is one that this owner gives. The prefix alone is not enough: `acme` begins as `acme-ci` does. */
export function isRegistrationOf(owner: string, name: string): boolean {
  const prefix = registrationPrefix(owner)
  return name.startsWith(prefix) && /^[a-z0-9]+-\d+$/.test(name.slice(prefix.length))
}

export function isLiveAgent(agent: Agent): boolean {
  return agent.state !== 'gone'
}
