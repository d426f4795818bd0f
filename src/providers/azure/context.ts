import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { MachineOrder, TlsMaterial } from '../../domain/ports/provider.ts'
import type { Arm } from './connection/arm.ts'
import type { Calls } from './connection/call.ts'
import type { Inventory } from './inventory.ts'
import type { Catalog } from './offers/catalog.ts'
import type { PriceList } from './offers/price-list.ts'
import type { AzureFleetConfig } from './schema.ts'

/** How a machine is set up, in the three forms that images want. */
export interface MachineScripts {
  /** For images with cloud-init; at most 64 KiB. */
  readonly cloudInit: string
  /** The same for a shell, for Linux images without it. */
  readonly script: string
  /** For Windows. */
  readonly powershell: string
}

/** Whose scripts are wanted. They are made anew each time, for they hold the machine's own key pair. */
export type MachineToBe = Pick<MachineOrder, 'name' | 'fleet'>

/** One fleet, with all that its verbs need. */
export interface AzureFleet {
  readonly config: AzureFleetConfig
  readonly owner: string
  readonly arm: Arm
  readonly calls: Calls
  readonly clock: Clock
  readonly logger: Logger
  readonly catalog: Catalog
  readonly prices: PriceList
  readonly inventory: () => Promise<Inventory>
  readonly bootstrap: (machine: MachineToBe) => Promise<MachineScripts>
  /** What the machines' engines know us by. */
  readonly identity: () => Promise<TlsMaterial>
}
