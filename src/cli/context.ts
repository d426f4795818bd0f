import type { Command } from 'commander'
import { createApi, type Api } from './client/api.ts'
import { createSend, type Send } from './client/http.ts'
import { DEFAULT_CONFIG, findTarget, type Target, type TargetOptions } from './client/target.ts'
import type { Commands } from './commands.ts'
import type { Io } from './io.ts'
import { plainData } from './output/plain.ts'
import { createScreen, type Screen } from './output/screen.ts'

/** What every command is given. */
export interface Context {
  readonly commands: Commands
  readonly io: Io
  readonly screen: Screen
  /** What it answers is safe to show, unless JSON is wanted, which is safe as it is written. */
  connect(options: RemoteOptions): Promise<{ readonly api: Api; readonly target: Target }>
}

export function createContext(commands: Commands, io: Io): Context {
  return {
    commands,
    io,
    screen: createScreen(io),
    connect: async (options) => {
      const target = await findTarget(options, io.env)
      const send = createSend(target, io.clock)
      const shown: Send = async (request) => plainData(await send(request))
      return { api: createApi(options.json ? send : shown), target }
    },
  }
}

export interface JsonOption {
  readonly json?: boolean
}

export interface ConfigOption {
  readonly config?: string
}

/** Options of a command that asks the service. */
export type RemoteOptions = TargetOptions & JsonOption

export function withJson(command: Command): Command {
  return command.option('--json', 'one JSON value on standard output; errors as JSON on standard error')
}

export function withConfig(command: Command): Command {
  return command.option('-c, --config <file>', `configuration file (SLIPWAY_CONFIG; default ${DEFAULT_CONFIG})`)
}

export function withRemote(command: Command): Command {
  return withJson(withConfig(command))
    .option('--url <url>', 'admin listener of the service (SLIPWAY_URL; default: as the configuration says)')
    .option('--token <secret>', 'token to use; better in SLIPWAY_TOKEN or a file, where no other process sees it')
    .option('--token-file <file>', "file with the token (default: the service's own, on its host)")
}
