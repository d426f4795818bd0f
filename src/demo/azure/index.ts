import { systemClock } from '../../kit/system-clock.ts'
import { createTimers } from '../github/timers.ts'
import { createCredentials, type Assignment } from './arm/credentials.ts'
import type { Exchange } from './arm/exchange.ts'
import { createFaults, type Fault } from './arm/faults.ts'
import { mountArm } from './arm/index.ts'
import { createLimits } from './arm/limits.ts'
import { createProgress } from './arm/operations/progress.ts'
import { makeServerIdentity } from './authority.ts'
import { createEstate } from './cloud/estate.ts'
import { createEvictions } from './cloud/vms/evictions.ts'
import { createMachines } from './cloud/vms/machines.ts'
import { createNames } from './cloud/names.ts'
import { createPlaces } from './cloud/places.ts'
import { createQuotas } from './cloud/quotas.ts'
import type { Vm } from './cloud/records.ts'
import { someSizes } from './cloud/sizes.ts'
import { createWorks } from './cloud/vms/works.ts'
import { defaultTiming, type AzureStandInOptions } from './options.ts'
import { createServer } from './server.ts'
import type { AzureStandIn } from './stand-in.ts'
import { createWaiters } from './waiters.ts'

export {
  allocationFailed,
  broken,
  computeThrottled,
  quotaExceeded,
  skuNotAvailable,
  throttled,
} from './arm/known-faults.ts'
export type { Exchange } from './arm/exchange.ts'
export type { Fault } from './arm/faults.ts'
export type { Backing, ScheduledEvents } from './cloud/vms/backing.ts'
export type { Boot } from './cloud/vms/boot.ts'
export type { Part, Vm } from './cloud/records.ts'
export type { Size } from './cloud/sizes.ts'
export type { AzureStandInOptions } from './options.ts'
export type { AzureStandIn } from './stand-in.ts'

/**
 * An Azure of one's own: a real HTTPS server that speaks Resource Manager, tokens and the price list as far as Slipway
 * meets them. It keeps everything in memory; interfaces and disks are things of their own there, so that what is left
 * behind can be counted.
 */
export async function createAzureStandIn(options: AzureStandInOptions = {}): Promise<AzureStandIn> {
  const host = options.host ?? '127.0.0.1'
  const identity = await makeServerIdentity(host)
  const exchanges: Exchange[] = []
  let url = ''
  const parts = createParts(options, () => url)

  function observe(exchange: Exchange): void {
    exchanges.push(exchange)
    options.observe?.(exchange)
    parts.waiters.changed()
  }

  const server = createServer(identity, observe)
  mountArm(server, { ...parts, observe, options })
  url = await server.listen({ host, port: options.port ?? 0 })

  async function close(): Promise<void> {
    parts.timers.stop()
    await server.close()
    await parts.machines.close()
  }

  return { ...control(url, identity.ca, parts, exchanges), close, [Symbol.asyncDispose]: close }
}

type Parts = ReturnType<typeof createParts>

/** Everything that a stand-in is made of, but the server. `url` is asked only once it listens. */
function createParts(options: AzureStandInOptions, url: () => string) {
  const clock = options.clock ?? systemClock
  const timing = { ...defaultTiming, ...options.timing }
  const sizes = options.sizes ?? someSizes
  const location = options.location ?? 'westeurope'
  const subscriptionId = options.subscriptionId ?? '00000000-0000-4000-8000-000000000001'
  const names = createNames(subscriptionId)
  const timers = createTimers(clock)
  const waiters = createWaiters()
  const estate = createEstate()
  const works = createWorks(clock, timers, () => waiters.changed())
  const quotas = createQuotas(estate, sizes, options.quotas ?? {})
  const base = { clock, names, timers, estate, works, quotas, timing, sizes, url }
  const machines = createMachines({ ...base, onVm: options.onVm, changed: () => waiters.changed() })
  const evictions = createEvictions(clock, timers, machines)
  const pollSeconds = options.pollSeconds ?? 10
  return {
    ...base,
    subscriptionId,
    waiters,
    machines,
    evict: (vm: Vm, noticeMs = timing.notice) => evictions.evict(vm, noticeMs),
    places: createPlaces(names, location, options.resourceGroup ?? 'ci'),
    progress: createProgress({ names, works, location, pollSeconds, url }),
    credentials: createCredentials(
      clock,
      [{ scope: '/', actions: options.actions ?? ['*'] }],
      options.tokenLifetimeMs ?? 3_600_000,
    ),
    limits: createLimits(clock, options.writes ?? { burst: 200, perSecond: 10 }),
    faults: createFaults(),
    pageSize: options.pageSize ?? 50,
  }
}

function control(url: string, ca: string, parts: Parts, exchanges: readonly Exchange[]) {
  const { estate, works, faults, quotas, credentials, machines, places, subscriptionId, evict, waiters } = parts

  function vmNamed(name: string): Vm {
    const vm = estate.vms.all().find((each) => each.name === name)
    if (!vm) throw new Error(`there is no VM ${name}`)
    return vm
  }

  return {
    url,
    ca,
    subscriptionId,
    application: credentials.application,
    places,
    token: () => credentials.issue().token,
    vms: () => estate.vms.all(),
    parts: () => estate.parts.all(),
    leaks: (owner: string) => estate.leaks(owner),
    works: () => works.all(),
    exchanges: () => exchanges,
    settled: () => waiters.until(() => works.all().every(({ status }) => status !== 'InProgress')),
    until: (holds: () => boolean) => waiters.until(holds),
    inject: (fault: Fault) => faults.inject(fault),
    setQuota: (name: string, limit: number) => quotas.set(name, limit),
    allow: (given: readonly (string | Assignment)[]) => credentials.allow(given.map(asAssignment)),
    evict: (name: string, noticeMs?: number) => evict(vmNamed(name), noticeMs),
    vanish: (name: string) => machines.vanish(vmNamed(name)),
  }
}

/** An action by itself holds everywhere. */
function asAssignment(given: string | Assignment): Assignment {
  return typeof given === 'string' ? { scope: '/', actions: [given] } : given
}
