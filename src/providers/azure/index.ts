import { DefaultAzureCredential, type TokenCredential } from '@azure/identity'
import { NotFound } from '../../domain/errors.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { MachineProvider, TlsMaterial } from '../../domain/ports/provider.ts'
import { createArm } from './connection/arm.ts'
import { createWriteBudget } from './connection/budget.ts'
import { createCalls } from './connection/call.ts'
import { outboundTo, type OutboundOptions } from '../../kit/outbound.ts'
import type { AzureFleet, MachineScripts, MachineToBe } from './context.ts'
import { createInventory } from './inventory.ts'
import { createCatalog } from './offers/catalog.ts'
import { createFetchItems } from './offers/fetch-items.ts'
import { createPriceList, type Cache } from './offers/price-list.ts'
import type { AzureFleetConfig } from './schema.ts'
import { create } from './verbs/create.ts'
import { deleteMachine } from './verbs/delete.ts'
import { examine } from './verbs/examine.ts'
import { list } from './verbs/list.ts'
import { offers } from './verbs/offers.ts'
import { poll } from './verbs/poll.ts'
import { start, stop } from './verbs/rest.ts'

export interface AzureProviderOptions extends OutboundOptions {
  readonly fleets: readonly AzureFleetConfig[]
  readonly owner: string
  readonly clock: Clock
  readonly logger: Logger
  /** How a machine is set up; called anew for each, and again where an extension sets it up. */
  readonly bootstrap: (machine: MachineToBe) => Promise<MachineScripts>
  /** The client certificate for machines' engines, and the authority that signed theirs. */
  readonly identity: () => Promise<TlsMaterial>
  /** Outlives the process: prices are kept there. */
  readonly cache: Cache
  /** Absent: managed identity, workload identity, environment, Azure's command line, whichever is there first. */
  readonly credential?: TokenCredential
  /** Of one call. */
  readonly deadlineMs?: number
}

/** Virtual machines on Azure. Throws if the CA file can't be read. */
export function createAzureProvider(options: AzureProviderOptions): MachineProvider {
  const fleets = createFleets(options)
  async function fleetOf(name: string): Promise<AzureFleet> {
    const fleet = fleets.get(name)
    if (!fleet) throw new NotFound(`no azure fleet is named ${name}`)
    return fleet
  }
  return {
    kind: 'azure',
    list: async (fleet) => list(await fleetOf(fleet)),
    elastic: {
      offers: async (fleet) => offers(await fleetOf(fleet)),
      create: async (order) => create(await fleetOf(order.fleet), order),
      delete: async (fleet, name) => deleteMachine(await fleetOf(fleet), name),
      rest: {
        stop: async (fleet, name) => stop(await fleetOf(fleet), name),
        start: async (fleet, name) => start(await fleetOf(fleet), name),
      },
      poll: async (fleet, operation) => poll(await fleetOf(fleet), operation),
      examine: async (fleet) => examine(await fleetOf(fleet)),
    },
  }
}

const DEADLINE_MS = 45_000

/** Fleets by name. What belongs to a subscription, a location or a resource group, those of it share. */
function createFleets(options: AzureProviderOptions): ReadonlyMap<string, AzureFleet> {
  const { owner, clock, logger, bootstrap, identity, cache, deadlineMs = DEADLINE_MS } = options
  const credential = oneFor((authorityHost: string) => options.credential ?? credentialFor(authorityHost, options))
  const prices = oneFor((endpoint: string) => {
    const fetchItems = createFetchItems(endpoint, clock, outboundTo(endpoint, options))
    return createPriceList({ fetchItems, cache, clock, logger })
  })
  const budgets = oneFor((subscription: string) => {
    const shared = options.fleets.filter(({ subscriptionId }) => subscriptionId === subscription)
    return createWriteBudget(clock, Math.min(...shared.map(({ writesPerMinute }) => writesPerMinute)))
  })
  const accounts = oneFor((key: string) => {
    const { endpoint, subscriptionId, authorityHost = '' } = fleetWith(options, accountOf, key)
    const arm = createArm({
      endpoint,
      subscriptionId,
      credential: credential(authorityHost),
      ...outboundTo(endpoint, options),
    })
    return { arm, calls: createCalls(clock, budgets(subscriptionId), deadlineMs) }
  })
  const catalogs = oneFor((key: string) => {
    const fleet = fleetWith(options, placeOf, key)
    return createCatalog({ ...accounts(accountOf(fleet)), clock, logger, location: fleet.location })
  })
  const inventories = oneFor((key: string) => {
    const fleet = fleetWith(options, groupOf, key)
    const { resourceGroup, subscriptionId } = fleet
    const addresses = options.fleets.some((other) => groupOf(other) === key && other.publicIp)
    const account = accounts(accountOf(fleet))
    return createInventory({ ...account, owner, resourceGroup, subscriptionId, addresses, wall: () => clock.wall() })
  })
  return new Map(
    options.fleets.map((config): [string, AzureFleet] => [
      config.name,
      {
        config,
        owner,
        clock,
        logger,
        bootstrap,
        identity,
        ...accounts(accountOf(config)),
        catalog: catalogs(placeOf(config)),
        prices: prices(config.pricesEndpoint),
        inventory: inventories(groupOf(config)),
      },
    ]),
  )
}

function accountOf({ endpoint, authorityHost, subscriptionId }: AzureFleetConfig): string {
  return [endpoint, authorityHost, subscriptionId].join(' ')
}

function placeOf(fleet: AzureFleetConfig): string {
  return `${accountOf(fleet)} ${fleet.location}`
}

function groupOf(fleet: AzureFleetConfig): string {
  return `${accountOf(fleet)} ${fleet.resourceGroup.toLowerCase()}`
}

function fleetWith(
  { fleets }: AzureProviderOptions,
  keyOf: (fleet: AzureFleetConfig) => string,
  key: string,
): AzureFleetConfig {
  const found = fleets.find((fleet) => keyOf(fleet) === key)
  if (!found) throw new Error(`no fleet has the key ${key}`)
  return found
}

/** Makes one of a kind for each key, when it is first wanted. */
function oneFor<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const known = made.get(key) ?? make(key)
    made.set(key, known)
    return known
  }
}

function credentialFor(authorityHost: string, options: OutboundOptions): TokenCredential {
  const host = authorityHost || 'https://login.microsoftonline.com'
  return new DefaultAzureCredential({
    ...outboundTo(host, options),
    // An authority that is named is trusted by name, not looked up at Microsoft's first.
    ...(authorityHost && { authorityHost, disableInstanceDiscovery: true }),
  })
}
