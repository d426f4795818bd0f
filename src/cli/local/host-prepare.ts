import type { Command } from 'commander'
import { collectPorts } from '../arguments.ts'
import { configPathOf } from '../client/target.ts'
import type { HostPrepareOptions } from '../commands.ts'
import { withConfig, withJson, type ConfigOption, type Context, type JsonOption } from '../context.ts'
import { usageError } from '../exit.ts'
import { requireConfig } from '../require-config.ts'

interface PrepareOptions extends JsonOption, ConfigOption {
  readonly apply?: boolean
  readonly remove?: boolean
  readonly enginePort?: readonly number[]
  readonly machine?: string
  readonly image?: string
}

const ENGINE_PORTS = [2375, 2376]

export function addHostPrepare(program: Command, context: Context): void {
  const host = program.command('host').description('hosts given by hand: prepare one')
  withJson(withConfig(host.command('prepare')))
    .description('the rules that keep agents away from metadata services and the engine; prints them as a script')
    .option('--apply', 'put them in place on this host (as root) instead of printing them')
    .option('--remove', 'take them away again')
    .option(
      '--engine-port <port>',
      `port of the engine; may be given again (default: ${ENGINE_PORTS.join(', ')})`,
      collectPorts,
    )
    .option('--machine <name>', 'not this host but one of the configuration, by a one-shot container on its engine')
    .option('--image <image>', 'for --machine: an image on it that has sh and iptables')
    .action((options: PrepareOptions) => prepare(context, options))
}

async function prepare(context: Context, options: PrepareOptions): Promise<void> {
  const { apply = false, remove = false, enginePort: enginePorts = ENGINE_PORTS, json } = options
  if (apply && remove) throw usageError('--apply and --remove exclude one another')
  const text = await context.commands.hostPrepare({
    apply,
    remove,
    enginePorts,
    helper: await helper(context, options),
  })
  if (json) context.screen.json({ applied: apply, removed: remove, text })
  else context.screen.line(text.trimEnd())
}

/** The container gets the host's network, so it must be asked for in so many words. */
async function helper(context: Context, options: PrepareOptions): Promise<HostPrepareOptions['helper']> {
  const { machine, image, apply } = options
  if (machine === undefined && image === undefined) return undefined
  if (machine === undefined || image === undefined || !apply)
    throw usageError('--machine goes with --apply and with --image, an image on that machine that has sh and iptables')
  const { config } = await requireConfig(context, configPathOf(options, context.io.env))
  return { config, machine, image }
}
