import { dirname, resolve } from 'node:path'
import type { CostSettings } from '../domain/costs/settings.ts'
import type { Fleet } from '../domain/fleet.ts'
import type { IsolationPolicy, Pool, Trust } from '../domain/pool.ts'
import type { RegistryConfig } from '../runtimes/docker/schema.ts'
import { archiveOf, type ArchiveConfig } from './archive.ts'
import { fleetOf } from './fleet.ts'
import { costSettingsOf } from './schema/cost-settings.ts'
import { scopesOf } from './scopes.ts'
import type { PoolSettings } from './schema/pool.ts'
import type { FleetConfig, Settings, SourceConfig } from './schema/root.ts'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

export interface Listen {
  /** Without brackets: `127.0.0.1`, `::1`. */
  readonly host: string
  readonly port: number
}

/** The configuration as the service uses it: defaults filled, references resolved, units plain. */
export interface Config {
  readonly owner: string
  readonly store: {
    /** Absolute. */
    readonly path: string
    readonly retention: {
      readonly jobsMs: number
      readonly journalMs: number
      readonly deliveriesMs: number
      readonly ledgerMs: number
    }
  }
  readonly server: {
    readonly public: {
      readonly listen: Listen
      readonly url?: string
      readonly trustProxy: readonly string[]
      readonly hooksPerMinute: number
    }
    readonly admin: {
      readonly listen: Listen
      readonly metricsOpen: boolean
      /** Milliseconds. */
      readonly sessionTtl: number
      readonly trustProxy: readonly string[]
      readonly proxyAuth?: {
        readonly header: string
        readonly trusted: readonly string[]
        readonly admins: readonly string[]
        readonly readers: readonly string[]
        readonly logs: readonly string[]
      }
    }
  }
  readonly log: { readonly level: LogLevel }
  readonly metrics: { readonly perRepository: { readonly enabled: boolean; readonly limit: number } }
  readonly proxy?: string
  readonly noProxy: readonly string[]
  /** Absolute; it was readable when the configuration was loaded. */
  readonly caFile?: string
  /** The engine beside agents with `containers: dind`; absent: the runtime's own choice. */
  readonly engineImage?: string
  /** Seals our certificate authority in the store; there wherever a fleet's machines come and go. */
  readonly authority?: { readonly key: string }
  /** Where whole logs of agents go. */
  readonly archive?: ArchiveConfig
  readonly sources: readonly SourceConfig[]
  readonly registries: readonly RegistryConfig[]
  readonly fleets: readonly { readonly fleet: Fleet; readonly settings: FleetConfig }[]
  readonly pools: readonly Pool[]
  readonly costs: CostSettings
}

/** `configPath` is what relative paths in the file are relative to. */
export function configOf(settings: Settings, configPath: string): Config {
  const folder = dirname(resolve(configPath))
  const { retention } = settings.store
  const archive = archiveOf(settings, folder)
  return {
    owner: settings.owner,
    store: {
      path: resolve(folder, settings.store.path),
      retention: {
        jobsMs: retention.jobs,
        journalMs: retention.journal,
        deliveriesMs: retention.deliveries,
        ledgerMs: retention.ledger,
      },
    },
    server: settings.server,
    log: settings.log,
    metrics: settings.metrics,
    ...(settings.proxy !== undefined && { proxy: settings.proxy }),
    noProxy: settings.noProxy,
    ...(settings.caFile !== undefined && { caFile: resolve(folder, settings.caFile) }),
    ...(settings.engineImage !== undefined && { engineImage: settings.engineImage }),
    ...(settings.authority !== undefined && { authority: settings.authority }),
    ...(archive && { archive }),
    sources: settings.sources,
    registries: settings.registries,
    fleets: settings.fleets.map((fleet) => ({ fleet: fleetOf(fleet), settings: fleet })),
    pools: settings.pools.map((pool) => poolOf(pool, settings.sources)),
    costs: costSettingsOf(settings),
  }
}

function poolOf(pool: PoolSettings, sources: readonly SourceConfig[]): Pool {
  const { resources, maxResources, limits } = pool
  return {
    name: pool.name,
    os: pool.os,
    serves: pool.serves,
    labels: agentLabels(pool, sources),
    repositories: pool.repositories ?? servedRepositories(pool, sources),
    trust: trustOf(pool.trust),
    fleets: pool.fleets,
    image: pool.image,
    command: pool.command,
    resources: { milliCpu: resources.cpu, memory: resources.memory, disk: resources.disk },
    allowedImages: pool.allowedImages,
    maxResources: {
      milliCpu: maxResources.cpu ?? resources.cpu,
      memory: maxResources.memory ?? resources.memory,
      disk: maxResources.disk ?? resources.disk,
    },
    priority: pool.priority,
    limits: {
      agents: limits.agents,
      perScope: limits.perScope ?? limits.agents,
      perRepository: limits.perRepository ?? limits.agents,
    },
    warm: pool.warm,
    ...(pool.waitTarget !== undefined && { waitTargetMs: pool.waitTarget }),
    idleTimeoutMs: pool.idleTimeout,
    maxAgeMs: pool.maxAge,
    registerTimeoutMs: pool.registerTimeout,
    maxFailures: pool.maxFailures,
    isolation: isolationOf(pool),
    containers: pool.containers,
  }
}

/** Said even where it is the default: it is how the runtime knows a Windows container. */
function isolationOf({ os, isolation: { windows, ...isolation } }: PoolSettings): IsolationPolicy {
  return os === 'windows' ? { ...isolation, windows: windows ?? 'process' } : isolation
}

/**
 * What GitHub's own set-up gives every runner, and what workflows therefore ask for: `self-hosted`, the system and the
 * architecture, unless the pool names others. A just-in-time runner gets only what is sent, so all of it is sent.
 */
function agentLabels(pool: PoolSettings, sources: readonly SourceConfig[]): readonly string[] {
  const onGithub = pool.serves.some(({ source }) => sources.some((one) => one.name === source && one.kind === 'github'))
  if (!onGithub) return pool.labels
  const named = new Set(pool.labels.map((label) => label.toLowerCase()))
  const implied = [
    ...(named.has('self-hosted') ? [] : ['self-hosted']),
    ...(['linux', 'windows', 'macos'].some((system) => named.has(system)) ? [] : [pool.os]),
    ...(['x64', 'x86', 'arm64', 'arm'].some((architecture) => named.has(architecture)) ? [] : ['x64']),
  ]
  return [...pool.labels, ...implied]
}

function trustOf(trust: PoolSettings['trust']): Trust {
  if (typeof trust !== 'string') return trust
  return { zone: trust, forks: false, unknownOrigin: false, publicRepositories: false }
}

/**
 * The allow list of a pool that gives none: the repositories that the scopes it serves are for. What an `http` source
 * calls a repository is bound by the token that pushes it.
 */
function servedRepositories(pool: PoolSettings, sources: readonly SourceConfig[]): string[] {
  const patterns = pool.serves.flatMap(({ source: name, scope: only }) => {
    const source = sources.find((one) => one.name === name)
    if (!source) return []
    if (source.kind === 'http') return ['*']
    return scopesOf(source)
      .filter((scope) => only === undefined || scope.name === only)
      .flatMap((scope) => scope.repositories)
  })
  return [...new Set(patterns)]
}
