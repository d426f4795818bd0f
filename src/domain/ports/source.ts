import type { Agent, Registration } from '../agent.ts'
import type { Job, JobObservation } from '../jobs/job.ts'
import type { DoctorFinding } from './doctor.ts'

/** Where a source's agents may register. `name` is unique in its source: `acme`, `acme/widgets`. */
export interface Scope {
  readonly source: string
  readonly name: string
}

/**
 * Who can send work to agents registered in a scope. This, not our own filtering, is the security boundary:
 * `free` agents take whatever the source hands them.
 */
export interface ScopeWidth {
  /** `all`: any repository of the organization, the ones of tomorrow included. */
  readonly repositories: 'all' | readonly string[]
  readonly allowsPublic: boolean
}

/** Jobs of a reading, and what the reading can vouch for. Absence means something only inside `covered`. */
export interface SourceReading {
  readonly jobs: readonly JobObservation[]
  /** Our wall time when the reading began. */
  readonly began: number
  /** Repositories of which every live job was listed. */
  readonly covered: readonly string[]
  /** The oldest moment as of which any repository of the scope is known. */
  readonly staleSince: number
}

export interface RegistrationObservation {
  readonly name: string
  readonly externalId: string
  readonly online: boolean
  /** A hint only: it may lag by minutes in both directions. */
  readonly busy: boolean
  /** It had its job and takes no other: an agent that still waits for one is dismissed. */
  readonly spent?: boolean
}

/** What one container needs to take work. Held in memory only, never stored or logged. */
export interface Admission {
  readonly externalId?: string
  /** Handed to the container over stdin. */
  readonly env: Readonly<Record<string, string>>
}

/** What an agent asks to be admitted as. */
export interface AdmissionRequest {
  readonly agent: Pick<Agent, 'key' | 'pool' | 'scope'>
  /** The registration's name: unique for every try. */
  readonly name: string
  readonly labels: readonly string[]
  /** `fixed` binding: the job it runs. */
  readonly job?: Job
}

/** What a pushed message held. The server answers 2xx only once this is stored. */
export interface Pushed {
  /** The sender's id of the delivery: one seen before is acknowledged and changes nothing. */
  readonly delivery: string
  readonly jobs: readonly JobObservation[]
  /** Not ours (a foreign installation, repository or event): acknowledged, counted under this word, not stored. */
  readonly ignored?: string
}

/** A route that the public listener mounts with a raw-body parser: `handle` sees the very bytes that were signed. */
export interface SourceRoute {
  readonly method: 'POST'
  /** Absolute, e.g. `/hooks/github/acme`. */
  readonly path: string
  readonly bodyLimit: number
  /** Errors: BadSignature → 401, BadInput → 400, anything else → 503. */
  handle(body: Buffer, headers: Readonly<Record<string, string | undefined>>): Promise<Pushed>
}

/** What recovery of missed messages found. */
export interface Recovery {
  /** Pass it to the next call; deliveries older than it need not be compared again. */
  readonly cursor: string
  readonly compared: number
  readonly missed: number
  readonly redelivered: number
}

/**
 * One CI system. Every call has a deadline of its own inside and rejects with Throttled, Unauthorized, NotFound,
 * Refused or Transient; none is retried inside beyond what its SDK does for rate limits.
 */
export interface JobSource {
  readonly name: string
  readonly kind: 'github' | 'jenkins' | 'hudson' | 'http'
  /** `free`: any matching agent may take any job. `fixed`: the agent is the job's. */
  readonly binding: 'free' | 'fixed'
  /**
   * Its agents don't end by themselves. One whose job is over, or whose registration has vanished, is dismissed at once,
   * and `gone` from `dismiss` means that nothing runs in its container, which is then removed.
   */
  readonly agentsStay?: boolean
  readonly scopes: readonly Scope[]
  readonly routes: readonly SourceRoute[]

  /** Who can use the scope's agents, asked of the source itself. */
  width(scope: Scope): Promise<ScopeWidth>
  /** Whether it wants to be read now; asked often. Absent: it is read in the steady rhythm. */
  readDue?(): boolean
  /** Live jobs of the scope: `busy` repositories now, the rest in rotation, within the source's request budget. */
  read(scope: Scope, busy: readonly string[]): Promise<SourceReading>
  /** One job, fully: its state now and its origin. A job that is no longer known is `done` and `lost`. */
  inspect(job: Job): Promise<JobObservation>
  /** All registrations in the scope that begin with our owner's prefix, running or not. */
  registrations(scope: Scope): Promise<readonly RegistrationObservation[]>
  /** Makes a registration. NameTaken: the caller dismisses the holder and comes back with the next try's name. */
  admit(request: AdmissionRequest): Promise<Admission>
  /** Removes it. Idempotent; found by name when the external id is not known. `busy`: it has a job and stays. */
  dismiss(registration: Pick<Registration, 'name' | 'scope' | 'externalId'>): Promise<'gone' | 'busy'>
  /**
   * Has the failed jobs of the job's run run again, once. `later`: its run is not over yet. Asking twice does it once.
   * Absent where a source can't.
   */
  rerun?(job: Job): Promise<'done' | 'later'>
  /** Finds messages that never arrived and has them sent again; `known` tells which deliveries are stored. */
  recover?(
    cursor: string | undefined,
    known: (deliveries: readonly string[]) => Promise<Set<string>>,
  ): Promise<Recovery>
  /** What a person should mend: credentials, permissions, clock, reachability. */
  examine(): Promise<readonly DoctorFinding[]>
  close(): Promise<void>
}
