import { InvalidArgumentError, type Command } from 'commander'
import { collect, durationText } from '../arguments.ts'
import { configPathOf } from '../client/target.ts'
import type { Token } from '../client/types.ts'
import { ROLES, type Role } from '../commands.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { usageError } from '../exit.ts'
import { parseDuration } from '../../kit/units.ts'
import { timeText } from '../output/words.ts'

interface CreateOptions extends RemoteOptions {
  readonly roles: readonly Role[]
  readonly pool?: readonly string[]
  readonly repository?: readonly string[]
  readonly image?: readonly string[]
  readonly expires?: string
  readonly offline?: boolean
}

export function addToken(program: Command, context: Context): void {
  const token = program.command('token').description('keys to the API: create, list, revoke')

  withRemote(token.command('create'))
    .description('make a token; its secret is shown this once')
    .argument('<name>', 'name of the token: it stands in the journal for who did something')
    .requiredOption('--roles <roles>', `what it may do, separated by commas: ${ROLES.join(', ')}`, rolesOf)
    .option('--pool <name>', '`submit` only to this pool (* is a wildcard); may be given again', collect)
    .option('--repository <owner/name>', '`submit` only for this repository; may be given again', collect)
    .option('--image <image>', '`submit` only with this image; may be given again', collect)
    .option('--expires <time>', 'it ends after this long, for example 90d; never unless given', durationText)
    .option('--offline', 'make it in the store itself, while no service runs')
    .action((name: string, options: CreateOptions) => create(context, name, options))

  withRemote(token.command('list'))
    .description('tokens, without their secrets')
    .action(async (options: RemoteOptions) => {
      const { api } = await context.connect(options)
      const tokens = await api.tokens()
      if (options.json) context.screen.json({ tokens })
      else show(context, tokens)
    })

  withRemote(token.command('revoke'))
    .description('end a token at once')
    .argument('<name>', 'its name')
    .action(async (name: string, options: RemoteOptions) => {
      const { api } = await context.connect(options)
      await api.revokeToken(name)
      if (options.json) context.screen.json({ revoked: name })
      else context.screen.line(`The token ${name} is revoked.`)
    })
}

function rolesOf(written: string): Role[] {
  const names = written.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !ROLES.some((role) => role === name))
  if (unknown !== undefined) throw new InvalidArgumentError(`\`${unknown}\` is none of ${ROLES.join(', ')}`)
  return ROLES.filter((role) => names.includes(role))
}

async function create(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { roles, pool: pools = [], repository: repositories = [], image: images = [], expires, offline, json } = options
  if (!roles.includes('submit') && pools.length + repositories.length + images.length > 0) {
    throw usageError('--pool, --repository and --image bind the role `submit`, which --roles does not name')
  }
  const wish = { name, roles, pools, repositories, images }
  const secret = offline ? await createOffline(context, options, wish) : await createOnline(context, options, wish)
  if (json) return context.screen.json({ name, roles, pools, repositories, images, expires, secret })
  // The secret alone on standard output, so that it can be piped into where it belongs.
  context.io.stderr.write(`The token ${name} (${roles.join(', ')}); its secret is shown this once:\n`)
  context.screen.line(secret)
}

interface Wish {
  readonly name: string
  readonly roles: readonly Role[]
  readonly pools: readonly string[]
  readonly repositories: readonly string[]
  readonly images: readonly string[]
}

async function createOnline(context: Context, options: CreateOptions, wish: Wish): Promise<string> {
  const { api } = await context.connect(options)
  return (await api.createToken({ ...wish, ttl: options.expires })).secret
}

async function createOffline({ commands, io }: Context, options: CreateOptions, wish: Wish): Promise<string> {
  const ttlMs = options.expires === undefined ? undefined : parseDuration(options.expires)
  const place = { configPath: configPathOf(options, io.env), env: io.env }
  return (await commands.offlineToken({ ...place, ...wish, ttlMs })).secret
}

function show({ screen, io }: Context, tokens: readonly Token[]): void {
  if (tokens.length === 0) return screen.line('No tokens.')
  const now = io.clock.wall()
  screen.table(
    ['TOKEN', 'ROLES', 'STATE', 'CREATED', 'EXPIRES', 'BOUND TO'],
    tokens.map((token) => [
      token.name,
      token.roles.join(' '),
      stateText(token, now),
      timeText(token.createdAt),
      token.expiresAt === undefined ? 'never' : timeText(token.expiresAt),
      [...token.pools, ...token.repositories, ...token.images].join(' '),
    ]),
  )
}

function stateText({ revokedAt, expiresAt }: Token, now: number): string {
  if (revokedAt !== undefined) return 'revoked'
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'valid'
}
