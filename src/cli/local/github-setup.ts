import { Option, type Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { withJson, type Context, type JsonOption } from '../context.ts'
import { endWith, EXIT } from '../exit.ts'
import { untilInterrupted } from '../interrupt.ts'

interface SetupOptions extends JsonOption {
  readonly organization?: string
  readonly baseUrl?: string
  readonly publicUrl?: string
  readonly name?: string
  readonly out: string
  readonly scope: 'organization' | 'repository'
  readonly port: number
}

export function addGithubSetup(program: Command, { commands, io }: Context): void {
  const github = program.command('github').description('GitHub as a source')
  withJson(github.command('setup'))
    .description('make a GitHub App with the least permissions, and keep its key and secret')
    .option('--organization <name>', 'organization that shall own the App; absent: your own account')
    .addOption(
      new Option('--scope <scope>', 'where agents will register, which decides the permissions')
        .choices(['organization', 'repository'])
        .default('organization'),
    )
    .option('--public-url <url>', 'how GitHub reaches the public listener, for webhooks')
    .option('--base-url <url>', 'API of an Enterprise Server; absent: github.com')
    .option('--name <name>', 'name of the App')
    .option('--out <folder>', 'where key and secret are written, readable by their owner alone', 'secrets')
    .option('--port <port>', 'of the local page that begins it; 0: any', wholeNumber(0, 65_535), 0)
    .action(async ({ json = false, ...options }: SetupOptions) => {
      const code = await untilInterrupted(io, (signal) =>
        commands.githubSetup({ ...options, json, stdout: io.stdout, stderr: io.stderr, signal }),
      )
      if (code !== EXIT.ok) throw endWith(code)
    })
}
