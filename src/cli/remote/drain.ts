import type { Command } from 'commander'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { counted } from '../output/words.ts'

interface DrainOptions extends RemoteOptions {
  readonly undo?: boolean
  readonly reason: string
}

export function addDrain(program: Command, context: Context): void {
  withRemote(program.command('drain'))
    .description('put no new agents on a machine; what runs goes on')
    .argument('<machine>', "the machine's name: `slipway machines` lists them")
    .option('--reason <words>', 'for the journal and for `explain`', 'asked for on the command line')
    .option('--undo', 'use it again')
    .action(async (key: string, options: DrainOptions) => {
      const { api } = await context.connect(options)
      const machine = options.undo ? await api.undrain(key) : await api.drain(key, options.reason)
      if (options.json) return context.screen.json(machine)
      if (options.undo) return context.screen.line(`${key} takes new agents again.`)
      const agents = (await api.agents()).filter((agent) => agent.machine === key).length
      const rest =
        agents === 0
          ? 'It has none left.'
          : `It still has ${counted(agents, 'agent')}, which go on until their jobs end.`
      return context.screen.line(`${key} takes no new agents. ${rest}`)
    })
}
