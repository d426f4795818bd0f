import type { Agent, AgentExit, AgentState } from '../agent.ts'
import type { Job } from '../jobs/job.ts'
import type { MachineCost } from '../costs/report.ts'
import type { Cordon, Machine, MachineState } from '../machine.ts'
import type { Resources } from '../resources.ts'

/** What a job goes through, in this order. Its agent may be older than the job itself: it was held ahead. */
export const jobSteps = ['queued', 'requested', 'prepared', 'activated', 'running', 'done'] as const
export type JobStep = (typeof jobSteps)[number]

/** How a job went: each step that it has come to, with our wall time. A step whose time nobody knows is left out. */
export interface JobTimeline {
  readonly job: Job
  readonly agent?: Agent
  /**
   * - `queued`: it became demand
   * - `requested`: its agent was decided on; `prepared`: its container waits; `activated`: it has its registration
   * - `running`, `done`: as its source told
   */
  readonly steps: readonly { readonly step: JobStep; readonly at: number }[]
  readonly machine?: { readonly key: string; readonly fleet: string; readonly state: MachineState }
}

export interface MachineView extends Machine {
  readonly agents: number
  readonly used: Resources
  /** Of one that we made: what it costs an hour now, and what it has cost, in nano-units as decimal digits. */
  readonly price?: { readonly nanosPerHour: string; readonly currency: string }
  readonly cost?: { readonly nanos: string; readonly currency: string }
  /** Our wall time when its price was read, and whether that is so long ago that people are told. */
  readonly priceAt?: number
  readonly priceStale?: boolean
  /** When, or on what, it goes: in words. */
  readonly goes?: string
}

/** What a machine has been through, as the journal and its record tell it. */
export interface MachineLife extends Partial<MachineCost> {
  /** Of one that is gone, as it was last. */
  readonly machine: MachineView
  /** Why it exists. */
  readonly reason: string
  /** Oldest first, without gaps; the last one has no end while the machine is there. */
  readonly states: readonly { readonly state: MachineState; readonly from: number; readonly to?: number }[]
  readonly cordons: readonly (Cordon & { readonly to?: number })[]
  /** That are or were on it, newest first. */
  readonly agents: readonly PastAgent[]
}

export interface PastAgent {
  readonly key: string
  readonly pool: string
  readonly state: AgentState
  readonly createdAt: number
  /** When it was gone. */
  readonly endedAt?: number
  readonly exit?: AgentExit
  readonly job?: { readonly key: string; readonly name: string; readonly repository: string }
}
