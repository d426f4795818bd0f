import type { Config } from '../config/index.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'
import type { JobSource, SourceRoute } from '../domain/ports/source.ts'
import type { Metrics } from '../metrics/index.ts'
import type { Wanted } from '../reconciler/context.ts'
import { holdArchive, type HeldArchive } from './archive.ts'
import type { Providers } from './machines/providers.ts'

export interface Deps {
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'measureSource' | 'measureArchive' | 'onPointsLeft' | 'onHookLag' | 'onExtraBuild'>
}

/** A configuration come to life; adapters are loaded only if it names them. */
export interface Assembled {
  readonly wanted: Wanted
  /** Where sources take what is pushed: looked up for every message. */
  readonly routes: readonly { readonly source: string; readonly route: SourceRoute }[]
  /** The source's own configuration as text: unchanged ones are kept over a reload, with all they know. */
  readonly made: ReadonlyMap<string, string>
  readonly archive?: HeldArchive
}

export async function assemble(
  config: Config,
  providersOf: Providers,
  deps: Deps,
  before?: Assembled,
): Promise<Assembled> {
  const providers = await providersOf.use(config)
  const sources = new Map<string, JobSource>()
  const made = new Map<string, string>()
  for (const source of config.sources) {
    const text = JSON.stringify([source, config.proxy, config.noProxy, config.caFile])
    const kept = before?.made.get(source.name) === text ? before.wanted.sources.get(source.name) : undefined
    sources.set(source.name, kept ?? deps.metrics.measureSource(await makeSource(config, source, deps)))
    made.set(source.name, text)
  }
  const archive = await holdArchive(config, deps, before?.archive)
  const routes = [...sources.values()].flatMap(({ name, routes: own }) => own.map((route) => ({ source: name, route })))
  return {
    routes,
    wanted: {
      pools: config.pools,
      fleets: config.fleets.map(({ fleet }) => fleet),
      sources,
      providers,
      costs: config.costs,
      ...(archive && { archive: archive.policy }),
    },
    made,
    ...(archive && { archive }),
  }
}

async function makeSource(config: Config, source: Config['sources'][number], deps: Deps): Promise<JobSource> {
  switch (source.kind) {
    case 'github': {
      const { createGithubSource } = await import('../sources/github/index.ts')
      const { owner, proxy, noProxy, caFile } = config
      const { onPointsLeft, onHookLag } = deps.metrics
      const publicUrl = config.server.public.url
      return createGithubSource(source, { ...deps, owner, proxy, noProxy, caFile, publicUrl, onPointsLeft, onHookLag })
    }
    case 'jenkins':
    case 'hudson': {
      const { createHudsonSource, createJenkinsSource } = await import('../sources/jenkins/index.ts')
      const { owner, proxy, noProxy, caFile } = config
      const { onExtraBuild } = deps.metrics
      const given = { ...deps, owner, proxy, noProxy, caFile, onExtraBuild }
      return source.kind === 'jenkins' ? createJenkinsSource(source, given) : createHudsonSource(source, given)
    }
    case 'http': {
      const { createHttpSource } = await import('../sources/http/index.ts')
      return createHttpSource(source, deps)
    }
  }
}

/** Whether agents and pulls of the next configuration need another runtime: new credentials, proxy, authorities or logs. */
export function changesEngines(before: Config, after: Config): boolean {
  const of = ({ registries, proxy, noProxy, caFile, archive }: Config) =>
    JSON.stringify([registries, proxy, noProxy, caFile, archive?.maxLogBytes])
  return of(before) !== of(after)
}

/** Settings that are read once, at the start. */
export function needsRestart(before: Config, after: Config): string[] {
  const fixed = ['owner', 'store', 'server', 'log', 'metrics', 'authority'] as const
  return fixed
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `${key}: takes effect at the next start`)
}
