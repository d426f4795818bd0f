import type { JobObservation } from '../../domain/jobs/job.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { JobSource } from '../../domain/ports/source.ts'
import { createOutbound, type OutboundOptions } from '../outbound.ts'
import { createController } from './api/controller.ts'
import type { Dialect } from './dialect.ts'
import { createExamine } from './doctor/examine.ts'
import { createExtraBuilds } from './extra-builds.ts'
import { createHooks } from './hook.ts'
import { hudsonDialect } from './hudson/dialect.ts'
import { createInspect } from './inspect.ts'
import { jenkinsDialect } from './jenkins-dialect.ts'
import { createAdmit } from './nodes/admit.ts'
import { createDismiss } from './nodes/dismiss.ts'
import { createKeeper } from './nodes/keeper.ts'
import { createRegistrations } from './nodes/registrations.ts'
import { createTracks } from './nodes/tracks.ts'
import { createBook } from './reading/book.ts'
import { createDigester } from './reading/digest.ts'
import { createRead } from './reading/read.ts'
import { createReader } from './reading/reading.ts'
import { createRhythm } from './reading/rhythm.ts'
import type { HudsonSourceConfig, JenkinsSourceConfig } from './schema.ts'

export interface JenkinsSourceDeps extends OutboundOptions {
  /** This installation's id, which nodes carry. */
  readonly owner: string
  readonly clock: Clock
  readonly logger: Logger
  /** In place of the one made for proxy and CA. */
  readonly fetch?: typeof fetch
  /** Told of every build that came to a node which had had its one. */
  readonly onExtraBuild?: (source: string) => void
}

/** A Jenkins controller as a source of jobs. Nothing is asked of it before the first call. */
export function createJenkinsSource(config: JenkinsSourceConfig, deps: JenkinsSourceDeps): JobSource {
  const access = { secret: config.token ?? config.password ?? '', crumbs: config.token === undefined }
  return createSource(config, access, jenkinsDialect(config), deps)
}

/** A Hudson 2.x controller as a source of jobs. */
export function createHudsonSource(config: HudsonSourceConfig, deps: JenkinsSourceDeps): JobSource {
  return createSource(config, { secret: config.password, crumbs: true }, hudsonDialect(config), deps)
}

function createSource(
  config: JenkinsSourceConfig | HudsonSourceConfig,
  access: { readonly secret: string; readonly crumbs: boolean },
  dialect: Dialect,
  deps: JenkinsSourceDeps,
): JobSource {
  const { name: source, url, user, forks, workDir } = config
  const { owner, clock } = deps
  const logger = deps.logger.child({ source })
  const outbound = createOutbound(deps)
  const { system } = dialect
  const controller = createController({
    url,
    system,
    user,
    ...access,
    clock,
    fetch: deps.fetch ?? outbound.fetch ?? fetch,
  })
  const about = { source, url, forks }
  const extra = createExtraBuilds({ clock, logger, onExtraBuild: () => deps.onExtraBuild?.(source) })
  const tracks = createTracks((node, run) => extra.add(node, run))
  const book = createBook(about, dialect, clock)
  const keeper = createKeeper({ controller, dialect, logger })
  const rhythm = createRhythm(clock, config.interval)
  const untold = new Map<string, JobObservation>()
  const reader = createReader(createDigester({ controller, owner, clock, tracks, book, keeper, untold }))
  const scope = { source, name: source }
  // Its node may be given work as soon as it is there.
  const admit = createAdmit({ owner, controller, dialect, workDir, onMade: () => rhythm.nudge() })
  const dismiss = createDismiss({ owner, controller, dialect, reader, keeper, tracks })

  return {
    name: source,
    kind: dialect.kind,
    binding: 'free',
    agentsStay: true,
    scopes: [scope],
    routes: createHooks({
      path: `/hooks/${dialect.kind}/${source}`,
      secret: config.hookSecret,
      nudge: () => rhythm.nudge(),
    }),
    readDue: () => rhythm.due(),

    // Any job of the controller may ask for the labels of our nodes.
    width: async () => ({ repositories: 'all', allowsPublic: false }),
    read: createRead(reader, rhythm, untold),
    inspect: createInspect({ about, dialect, controller, reader, book, tracks, clock }),
    registrations: createRegistrations(reader),
    admit,
    dismiss,
    examine: createExamine({ source, owner, dialect, controller, reader, extra, admit, dismiss }),
    close: () => outbound.close(),
  }
}
