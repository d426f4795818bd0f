import type { Elasticity, Fleet, FleetLimits } from '../../domain/fleet.ts'
import type { Offer } from '../../domain/offer.ts'
import { strictIsolation, type Pool } from '../../domain/pool.ts'
import type { ScopeWidth } from '../../domain/ports/source.ts'
import type { Resources } from '../../domain/resources.ts'
import { defaultIntervals, type Intervals } from '../../reconciler/reconciler.ts'
import type { Random } from '../random.ts'
import type { Setup } from './history.ts'

const gi = 1024 ** 3
const minute = 60_000

/** Slower than in earnest where nothing is lost by it, so that a history costs less. */
const intervals: Intervals = {
  ...defaultIntervals,
  decide: 5000,
  machines: 10_000,
  resync: 60_000,
  registrations: 30_000,
  recover: 120_000,
  widths: 3_600_000,
  prune: 3_600_000,
}

/** A configuration and its world: machines by hand, machines that come and go, or both. */
export function makeSetup(random: Random): Setup {
  const kind = random.pick(['given', 'elastic', 'elastic', 'elastic', 'both'] as const)
  const canRest = random.chance(0.4)
  const given = kind === 'elastic' ? [] : [aFleet('local', random)]
  const elastic =
    kind === 'given'
      ? []
      : random.chance(0.5)
        ? [elasticFleet('cloud', random, canRest)]
        : ['cloud', 'spare'].map((name) => elasticFleet(name, random, canRest))
  const fleets = [...given, ...elastic]
  const hosts = new Map(
    given.flatMap(({ name }) =>
      Array.from({ length: random.whole(1, 3) }, (_, i) => [`host-${i + 1}`, { fleet: name, size: size(8) }] as const),
    ),
  )
  const narrow: ScopeWidth = { repositories: ['acme/a', 'acme/b'], allowsPublic: false }
  const scopes = new Map<string, ScopeWidth>([['acme', narrow]])
  if (random.chance(0.3)) scopes.set('acme/solo', { repositories: ['acme/solo'], allowsPublic: false })
  return {
    pools: makePools(
      random,
      fleets.map(({ name }) => name),
    ),
    fleets,
    hosts,
    offers: new Map(elastic.map(({ name }) => [name, makeOffers(random, name === 'spare')])),
    scopes,
    model: {
      createMs: [2000, 20_000],
      bootMs: [5000, random.pick([20_000, 60_000, 120_000] as const)],
      bootstrapMs: [500, 10_000],
      deleteMs: [2000, random.pick([15_000, 60_000] as const)],
      stopMs: [2000, 20_000],
      startMs: [2000, 10_000],
      noticeMs: [5000, 60_000],
    },
    canRest,
    intervals,
  }
}

function makePools(random: Random, fleets: readonly string[]): Pool[] {
  const linux = aPool({ name: 'linux', labels: ['self-hosted', 'linux'], fleets })
  const limits = { agents: random.whole(3, 12), perScope: random.whole(3, 12), perRepository: random.whole(2, 12) }
  const pools = [
    { ...linux, limits, warm: { agents: random.chance(0.2) ? 1 : 0, standby: random.chance(0.2) ? 1 : 0 } },
  ]
  if (random.chance(0.5))
    pools.push({
      ...linux,
      name: 'big',
      labels: ['big'],
      resources: { milliCpu: 4000, memory: 8 * gi, disk: 2 * gi },
      priority: random.whole(0, 1),
    })
  if (random.chance(0.3)) pools.push({ ...linux, name: 'other', labels: ['other'], image: 'other' })
  return pools
}

function aPool(patch: Pick<Pool, 'name' | 'labels' | 'fleets'>): Pool {
  const resources = { milliCpu: 2000, memory: 4 * gi, disk: gi }
  return {
    ...patch,
    os: 'linux',
    serves: [{ source: 'github' }],
    repositories: ['acme/*'],
    trust: { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: false },
    image: 'agent',
    command: [],
    resources,
    allowedImages: [],
    maxResources: resources,
    priority: 0,
    limits: { agents: 100, perScope: 100, perRepository: 100 },
    warm: { agents: 0, standby: 0 },
    idleTimeoutMs: 45_000,
    maxAgeMs: 86_400_000,
    registerTimeoutMs: 2 * minute,
    maxFailures: 5,
    isolation: strictIsolation,
    containers: 'none',
  }
}

function aFleet(name: string, random: Random): Fleet {
  return {
    name,
    provider: 'static',
    os: 'linux',
    zone: 'internal',
    reserve: { milliCpu: 0, memory: gi, disk: gi },
    limits: { agentsPerMachine: random.pick([4, 100] as const), machines: Infinity, machinesPerHour: Infinity },
    burst: { cpu: random.pick([1, 1, 1.5] as const) },
    spread: random.pick(['none', 'none', 'repository'] as const),
  }
}

function elasticFleet(name: string, random: Random, canRest: boolean): Fleet {
  const limits: FleetLimits = {
    agentsPerMachine: random.pick([2, 4, 100] as const),
    machines: random.whole(1, 6),
    machinesPerHour: random.pick([Infinity, Infinity, 20, 8, 3] as const),
    ...(random.chance(0.25) && { moneyPerDay: { nanos: BigInt(random.whole(1, 40)) * 50_000_000n, currency: 'USD' } }),
  }
  const elastic: Elasticity = {
    choose: random.pick(['ordered', 'cheapest'] as const),
    warm: { machines: random.pick([0, 0, 0, 1] as const), stopped: canRest ? random.pick([0, 1, 2] as const) : 0 },
    bootTimeoutMs: 5 * minute,
    idleTimeoutMs: random.pick([30_000, 90_000] as const),
    maxAgeMs: random.pick([86_400_000, 86_400_000, 20 * minute] as const),
    maxAgents: random.pick([Infinity, Infinity, 5, 1] as const),
    billing: random.chance(0.12) ? 'hour' : 'second',
    consolidate: random.chance(0.5),
    driftBudget: 1,
    rerunEvicted: false,
    template: 'v1',
  }
  return { ...aFleet(name, random), provider: 'docker', limits, elastic }
}

function size(cpus: number): Resources {
  return { milliCpu: cpus * 1000, memory: cpus * 4 * gi, disk: 100 * gi }
}

/** Cents an hour, a little more than in proportion for the larger. */
function makeOffers(random: Random, plain: boolean): Offer[] {
  const sizes = plain ? [8] : random.pick<readonly number[]>([[8], [4, 8], [16, 8, 4], [4, 8, 16]])
  const offers = sizes.flatMap((cpus): Offer[] => {
    const zones = random.chance(0.3) ? ['1', '2'] : [undefined]
    return zones.map((zone) => ({
      key: zone === undefined ? `c${cpus}` : `c${cpus}/${zone}`,
      sizeName: `c${cpus}`,
      zone,
      spot: false,
      size: size(cpus),
      price: cents(cpus * 5),
      stoppedPrice: cents(1),
    }))
  })
  if (plain || !random.chance(0.5)) return offers
  return offers.flatMap((offer) => [
    { ...offer, key: `${offer.key}/spot`, spot: true, price: cents(offer.size.milliCpu / 1000) },
    offer,
  ])
}

function cents(amount: number) {
  return { nanos: BigInt(amount) * 10_000_000n, currency: 'USD' }
}
