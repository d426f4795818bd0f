import type { Command } from 'commander'
import { environmentSettings, problemText, secretsOf, watchConfig } from '../../config/index.ts'
import { createLogger, type Log } from '../../kit/log.ts'
import { createRedactor } from '../../kit/redact.ts'
import { configPathOf } from '../client/target.ts'
import type { RunningService } from '../commands.ts'
import { withConfig, withJson, type ConfigOption, type Context, type JsonOption } from '../context.ts'
import { endWith } from '../exit.ts'
import { INTERRUPTED } from '../interrupt.ts'
import type { Io } from '../io.ts'
import { requireConfig } from '../require-config.ts'

interface ServeCliOptions extends ConfigOption, JsonOption {
  readonly drain?: boolean
}

export function addServe(program: Command, context: Context): void {
  withJson(withConfig(program.command('serve')))
    .description('run the service until SIGTERM or SIGINT; SIGHUP, or a changed file, loads the configuration again')
    .option('--drain', 'at SIGTERM begin nothing new, and wait until every agent is gone')
    .addHelpText(
      'after',
      '\nWithout --drain agents keep running and are picked up at the next start. A second signal ends it at once.',
    )
    .action((options: ServeCliOptions) => serve(context, options))
}

async function serve(context: Context, options: ServeCliOptions): Promise<void> {
  const { commands, io } = context
  const configPath = configPathOf(options, io.env)
  const { config, warnings } = await requireConfig(context, configPath)
  const redactor = createRedactor(secretsOf(config))
  const logger = createLogger({
    level: config.log.level,
    pretty: io.isTty && !options.json,
    color: environmentSettings(io.env).color ?? io.isTty,
    destination: io.stdout,
    redactor,
  })
  for (const warning of warnings) {
    logger.warn({ problem: problemText(warning) }, 'the configuration has a weak point')
  }
  const service = await commands.serve({ configPath, config, env: io.env, logger, redactor })
  await untilStopped(service, { io, logger, configPath, drain: options.drain ?? false })
}

interface Watch {
  readonly io: Io
  readonly logger: Log
  readonly configPath: string
  readonly drain: boolean
}

/** Reloads when asked, and ends when told to: at once for the second time. */
async function untilStopped(service: RunningService, { io, logger, configPath, drain }: Watch): Promise<void> {
  const ended = Promise.withResolvers<void>()
  let stopping = false
  const onStop = (signal: 'SIGTERM' | 'SIGINT') => () => {
    if (stopping) {
      ended.reject(endWith(INTERRUPTED[signal]))
      return
    }
    stopping = true
    const drains = drain && signal === 'SIGTERM'
    logger.info(
      { signal, drain: drains },
      drains ? 'stopping once every agent is gone' : 'stopping; agents keep running',
    )
    service.stop({ drain: drains }).then(ended.resolve, ended.reject)
  }
  const reload = createReload(service, logger)
  const release = [
    io.onSignal('SIGTERM', onStop('SIGTERM')),
    io.onSignal('SIGINT', onStop('SIGINT')),
    io.onSignal('SIGHUP', () => reload('SIGHUP')),
    watchConfig(configPath, () => reload('the file changed'), { clock: io.clock, logger }).stop,
  ]
  // Said only once signals are heeded: who waits for this line may send one at once.
  logger.info({ adminUrl: service.adminUrl, publicUrl: service.publicUrl, configPath }, 'ready')
  try {
    await ended.promise
    logger.info({}, 'stopped')
  } finally {
    for (const undo of release) undo()
  }
}

/** One reload after the other; a refused file leaves the old configuration in use. */
function createReload(service: RunningService, logger: Log): (cause: string) => void {
  let last = Promise.resolve()
  const reload = async (cause: string): Promise<void> => {
    try {
      const problems = await service.reload()
      if (problems.length === 0) logger.info({ cause }, 'configuration reloaded')
      else logger.error({ cause, problems }, 'new configuration refused; the old one stays in use')
    } catch (error) {
      logger.error({ cause, error }, 'configuration could not be reloaded')
    }
  }
  return (cause) => {
    last = last.then(() => reload(cause))
  }
}
