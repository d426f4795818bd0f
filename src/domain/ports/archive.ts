import type { AgentExit } from '../agent.ts'
import type { DoctorFinding } from './doctor.ts'

/** Whose log it is. Nothing here is secret. */
export interface LogFacts {
  readonly agent: string
  readonly pool: string
  readonly machine: string
  readonly source: string
  readonly scope: string
  /** Absent where the agent had no job, or none is known. */
  readonly job?: { readonly key: string; readonly repository: string; readonly workflow: string; readonly name: string }
  /** Our wall times. */
  readonly beganAt: number
  readonly endedAt: number
  readonly exit: AgentExit
}

/** One agent's log on its way into the archive. */
export interface LogToKeep {
  /** From `logName`, stored before it is first put: whoever tries again puts the same name. */
  readonly name: string
  readonly facts: LogFacts
  /** The bytes as the agent wrote them, control characters too. Read once, to its end or not at all. */
  readonly content: AsyncIterable<Uint8Array>
}

export interface KeptLog {
  /** Where a person finds it. Never holds a secret: whether the reader may see it is decided there. */
  readonly url: string
  readonly bytes: number
}

/**
 * Where whole logs of agents go. Every call settles within a deadline of its own and rejects with Unauthorized (the
 * message names what lacks), Throttled, Transient (it can't be reached, is full, or hangs), NotFound (the log, or the
 * place itself, is not there) or Refused (this very log will never be taken). None is retried inside.
 */
export interface Archive {
  readonly kind: 'azureBlob' | 'directory'
  /**
   * Keeps the log whole or not at all: a reader never sees half of one, and what an attempt leaves that was cut off is
   * cleared away by `prune`. Idempotent by name: the same name again takes the place of what was there. A failure of
   * `content` is passed on as it is. Gives up when `signal` is aborted.
   */
  put(log: LogToKeep, signal: AbortSignal): Promise<KeptLog>
  /** The bytes of a log. Rejects, or throws while it is read, as described above. */
  get(name: string): Promise<AsyncIterable<Uint8Array>>
  /**
   * Removes what is of our owner and of a day that had ended before `before` (wall time), at most `limit` logs; how
   * many it removed. Leaves alone whatever `logName` would not have named.
   */
  prune(before: number, limit: number): Promise<number>
  /** Whether a log can be written, read, listed and removed: it tries. */
  examine(): Promise<readonly DoctorFinding[]>
}

/**
 * `OWNER/DAY/SOURCE/REPOSITORY/JOB-AGENT.log`: people find it by hand, and age is told by the day alone. Unique by the
 * agent's key. Every part is made of letters, digits, `.`, `_` and `-`, so that it is a path and a URL everywhere.
 */
export function logName(owner: string, facts: Omit<LogFacts, 'exit' | 'beganAt'>): string {
  const day = dayOf(facts.endedAt)
  if (!facts.job) return [owner, day, part(facts.source), 'no-job', `${facts.agent}.log`].join('/')
  const repository = facts.job.repository.split('/').filter(Boolean).slice(0, 8).map(part)
  const job = part(facts.job.key.slice(facts.source.length + 1))
  return [owner, day, part(facts.source), ...repository, `${job}-${facts.agent}.log`].join('/')
}

/** The day (UTC) in the name of a log of the owner; undefined for anything else. */
export function dayOfLog(owner: string, name: string): string | undefined {
  const [whose, day, ...rest] = name.split('/')
  const named = rest.length >= 2 && rest.every((step) => /^[\w.-]+$/.test(step) && !/^\.+$/.test(step))
  return whose === owner && isDay(day) && named && name.endsWith('.log') ? day : undefined
}

/** Whether the whole day (UTC) had ended before the moment. */
export function isDayBefore(day: string, before: number): boolean {
  return isDay(day) && day < dayOf(before)
}

function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text)
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** At most 100 characters, none with a meaning of its own to file systems or in URLs. */
function part(text: string): string {
  const plain = text.replaceAll(/[^\w.-]+/g, '-').slice(0, 100)
  return /^\.*$/.test(plain) ? `_${plain}` : plain
}
