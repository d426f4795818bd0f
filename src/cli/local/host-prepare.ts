import type { Command } from 'commander'
import { collectPorts } from '../arguments.ts'
import { withJson, type Context, type JsonOption } from '../context.ts'
import { usageError } from '../exit.ts'

interface PrepareOptions extends JsonOption {
  readonly apply?: boolean
  readonly remove?: boolean
  readonly enginePort?: readonly number[]
}

const ENGINE_PORTS = [2375, 2376]

export function addHostPrepare(program: Command, { commands, screen }: Context): void {
  const host = program.command('host').description('hosts given by hand: prepare one')
  withJson(host.command('prepare'))
    .description('the rules that keep agents away from metadata, the engine and one another; prints them as a script')
    .option('--apply', 'put them in place on this host (as root) instead of printing them')
    .option('--remove', 'take them away again')
    .option(
      '--engine-port <port>',
      `port of the engine; may be given again (default: ${ENGINE_PORTS.join(', ')})`,
      collectPorts,
    )
    .action(async ({ apply = false, remove = false, enginePort = ENGINE_PORTS, json }: PrepareOptions) => {
      if (apply && remove) throw usageError('--apply and --remove exclude one another')
      const text = await commands.hostPrepare({ apply, remove, enginePorts: enginePort })
      if (json) screen.json({ applied: apply, removed: remove, text })
      else screen.line(text.trimEnd())
    })
}
