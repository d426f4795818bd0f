import type { Agent, Container } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Phase } from '../../domain/ports/ledger.ts'

/**
 * What is known of the time since machines were charged last: the records tell the rest. After a start it is gathered
 * from the store; what was lost then is who used a few seconds, never that they cost.
 */
export interface Metering {
  /** By machine, then by key of the container. */
  readonly bodies: Map<string, Map<string, Body>>
  /** The phases of each machine, oldest first. */
  readonly phases: Map<string, readonly Phase[]>
  /** Jobs that are done, and whose run does not say so yet. */
  readonly doneJobs: Map<string, Job>
  /** Up to when machines are being charged right now. */
  readonly charging: Map<string, number>
  /** When machines were charged last, by the monotonic clock. */
  readonly chargedAt: Map<string, number>
}

/** A container, the agent that it became, and the job of that. */
export interface Body {
  container?: Container
  agent?: Agent
  job?: Job
}

export function createMetering(): Metering {
  return { bodies: new Map(), phases: new Map(), doneJobs: new Map(), charging: new Map(), chargedAt: new Map() }
}
