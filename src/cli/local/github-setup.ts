import { Option, type Command } from 'commander'
import { localService } from '../../config/index.ts'
import { wholeNumber } from '../arguments.ts'
import { configPathOf } from '../client/target.ts'
import { GITHUB_FEATURES, type GithubFeature } from '../commands.ts'
import { withConfig, withJson, type ConfigOption, type Context, type JsonOption } from '../context.ts'
import { endWith, EXIT, usageError } from '../exit.ts'
import { untilInterrupted } from '../interrupt.ts'

interface SetupOptions extends JsonOption, ConfigOption {
  readonly organization?: string
  readonly source: string
  readonly publicUrl?: string
  readonly baseUrl?: string
  readonly appName?: string
  readonly features?: readonly GithubFeature[]
  readonly directory: string
  readonly port: number
}

export function addGithubSetup(program: Command, { commands, io }: Context): void {
  const github = program.command('github').description('GitHub as a source: make its App')
  withJson(withConfig(github.command('setup')))
    .description('make a GitHub App with the least permissions, and keep its key and secret')
    .option('--organization <name>', 'organization that shall own the App; absent: your own account')
    .option('--source <name>', 'name of the source in the configuration', 'github')
    .option(
      '--public-url <url>',
      'how GitHub reaches the public listener (default: server.public.url of the configuration)',
    )
    .addOption(
      new Option('--features <features...>', 'what it will be used for; default: what fits --organization').choices(
        GITHUB_FEATURES,
      ),
    )
    .option('--base-url <url>', 'API of an Enterprise Server; absent: github.com')
    .option('--app-name <name>', 'name of the App')
    .option('--directory <folder>', 'where key and secret are written, readable by their owner alone', 'secrets')
    .option('--port <port>', 'of the local page that begins it; 0: any', wholeNumber(0, 65_535), 0)
    .action(async ({ json = false, config, ...options }: SetupOptions) => {
      const publicUrl = options.publicUrl ?? (await localService(configPathOf({ config }, io.env), io.env))?.publicUrl
      if (publicUrl === undefined)
        throw usageError('--public-url is missing, and the configuration has no server.public.url')
      const wish = { ...options, publicUrl, json, stdout: io.stdout, stderr: io.stderr }
      const code = await untilInterrupted(io, (signal) => commands.githubSetup({ ...wish, signal }))
      if (code !== EXIT.ok) throw endWith(code)
    })
}
