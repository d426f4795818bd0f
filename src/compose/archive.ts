import type { Config } from '../config/index.ts'
import type { Archive } from '../domain/ports/archive.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Metrics } from '../metrics/index.ts'
import type { ArchivePolicy } from '../reconciler/context.ts'

export interface ArchiveDeps {
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'measureArchive'>
}

/** The archive of a configuration, with what it was made of: while that stays the same, so does the archive. */
export interface HeldArchive {
  readonly policy: ArchivePolicy
  readonly text: string
}

/** Undefined where none is configured. */
export async function holdArchive(
  config: Config,
  deps: ArchiveDeps,
  before?: HeldArchive,
): Promise<HeldArchive | undefined> {
  if (!config.archive) return undefined
  const { place, ...policy } = config.archive
  const text = JSON.stringify([place, config.proxy, config.noProxy, config.caFile])
  const kept = before?.text === text ? before.policy.archive : undefined
  const archive = kept ?? deps.metrics.measureArchive(await makeArchive(config, place, deps))
  return { policy: { archive, ...policy }, text }
}

async function makeArchive(
  { owner, proxy, noProxy, caFile }: Config,
  place: NonNullable<Config['archive']>['place'],
  { clock }: ArchiveDeps,
): Promise<Archive> {
  if (place.kind === 'directory') {
    const { createDirectoryArchive } = await import('../archives/directory/index.ts')
    return createDirectoryArchive(place.settings, { owner, clock })
  }
  const { createAzureBlobArchive } = await import('../archives/azure-blob/index.ts')
  return createAzureBlobArchive(place.settings, { owner, clock, proxy, noProxy, caFile })
}
