import type { Command } from 'commander'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { counted } from '../output/words.ts'

interface DeleteOptions extends RemoteOptions {
  readonly force?: boolean
}

export function addDelete(program: Command, context: Context): void {
  withRemote(program.command('delete'))
    .description('delete a machine that Slipway made, once what runs on it has ended')
    .argument('<machine>', "the machine's name: `slipway machines` lists them")
    .option('--force', 'now, and with what runs on it: those jobs are lost')
    .action(async (key: string, options: DeleteOptions) => {
      const { api } = await context.connect(options)
      const agents = (await api.agents()).filter((agent) => agent.machine === key && agent.state !== 'ending')
      const machine = await api.deleteMachine(key, options.force ?? false)
      if (options.json) return context.screen.json(machine)
      const running = agents.filter((agent) => agent.state === 'running').length
      return context.screen.line(wordsFor(key, machine.state === 'deleting', agents.length, running))
    })
}

function wordsFor(key: string, now: boolean, agents: number, running: number): string {
  if (!now && agents === 0) return `${key} takes no new agents, and is deleted next: nothing is on it.`
  if (!now) return `${key} takes no new agents, and is deleted once its ${counted(agents, 'agent')} ended.`
  if (agents === 0) return `${key} is being deleted. Nothing was on it.`
  const lost = running === 0 ? '' : `, ${running} of them at work: what they ran is lost`
  return `${key} is being deleted with the ${counted(agents, 'agent')} on it${lost}.`
}
