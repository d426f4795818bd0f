import type { Clock } from '../../domain/ports/clock.ts'
import type { Exchange } from './arm/exchange.ts'
import type { Backing } from './cloud/vms/backing.ts'
import type { Boot } from './cloud/vms/boot.ts'
import type { PriceOptions } from './cloud/price-list.ts'
import type { Size } from './cloud/sizes.ts'

/** How long the cloud takes for things, in milliseconds. */
export interface Timing {
  readonly create: number
  readonly delete: number
  readonly start: number
  readonly stop: number
  /** From the first notice of an eviction to the end of the machine. */
  readonly notice: number
}

/** Most that may exist at a time, by the name of the usage: `cores`, `lowPriorityCores`, `standardDSv5Family`, … */
export type Quotas = Readonly<Record<string, number>>

export interface AzureStandInOptions {
  readonly clock?: Clock
  readonly host?: string
  readonly port?: number
  readonly subscriptionId?: string
  readonly location?: string
  /** Default `ci`. It has a network `ci` with the subnet `machines`, a security group and an identity `machines`. */
  readonly resourceGroup?: string
  /** Default: a few of Azure's own. */
  readonly sizes?: readonly Size[]
  readonly quotas?: Quotas
  /** What the caller may do, with `*`: as a role definition lists it. Default everything. */
  readonly actions?: readonly string[]
  readonly timing?: Partial<Timing>
  /** What `Retry-After` says of running operations, in seconds. */
  readonly pollSeconds?: number
  /** Items on a page of any list. */
  readonly pageSize?: number
  /** Writes and deletes that may come at once, and how many come back each second; each kind has its own. */
  readonly writes?: { readonly burst: number; readonly perSecond: number }
  readonly tokenLifetimeMs?: number
  readonly prices?: PriceOptions
  /** Puts something real behind each VM: called when one boots, first or again. */
  readonly onVm?: (boot: Boot) => Promise<Backing>
  /** Sees every request with its answer. */
  readonly observe?: (exchange: Exchange) => void
}

export const defaultTiming: Timing = { create: 20_000, delete: 10_000, start: 15_000, stop: 10_000, notice: 30_000 }
