import type { Money } from './money.ts'
import type { Os } from './pool.ts'
import type { Resources } from './resources.ts'

/** Machines of one kind. Pools may share a fleet. */
export interface Fleet {
  readonly name: string
  readonly provider: string
  readonly os: Os
  /** The trust zone; only pools of the same zone use it. */
  readonly zone: string
  /** Kept for the system and the engine; allocatable = size − reserve. */
  readonly reserve: Resources
  readonly limits: FleetLimits
  /** How far CPU may be promised beyond what a machine has while another boots: 1.5 is half as much again; 1 never. */
  readonly burst: { readonly cpu: number }
  /** `repository`: agents of one repository go onto different machines where that costs no machine more. */
  readonly spread: 'none' | 'repository'
  /** How machines come and go; absent where they are given by hand. */
  readonly elastic?: Elasticity
}

/** Hard limits (rule 9). Without one: Infinity, or absent for money. */
export interface FleetLimits {
  readonly agentsPerMachine: number
  readonly machines: number
  /** Machines begun within any hour. */
  readonly machinesPerHour: number
  /** Spent today (UTC) + what existing machines are committed to. Needs a price for every offer that is used. */
  readonly moneyPerDay?: Money
}

export interface Elasticity {
  /** `ordered`: the first offer that can be had; `cheapest`: the set of machines that costs least. */
  readonly choose: 'ordered' | 'cheapest'
  readonly warm: { readonly machines: number; readonly stopped: number }
  /** From the create accepted to its engine's answer; then it is deleted and another place is tried. */
  readonly bootTimeoutMs: number
  /** An empty machine is deleted after this long. */
  readonly idleTimeoutMs: number
  readonly maxAgeMs: number
  /** Agents that a machine may have had before it is replaced. */
  readonly maxAgents: number
  /** `hour`: an empty machine stays until shortly before the hour that is paid for anyway ends. */
  readonly billing: 'second' | 'hour'
  /** A machine is paid for at least this long, however soon it goes. */
  readonly minimumChargeMs?: number
  /** Whether a nearly empty machine is cordoned when what remains on it would fit elsewhere. */
  readonly consolidate: boolean
  /** Machines that may be replaced at a time because they were made from another template. */
  readonly driftBudget: number
  /** Whether GitHub runs whose jobs were lost to an eviction are run again. */
  readonly rerunEvicted: boolean
  /** Image, bootstrap and what else machines are made from, as one text: a machine with another one is out of date. */
  readonly template: string
}
