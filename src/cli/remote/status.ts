import type { Command } from 'commander'
import type { Status } from '../client/types.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { endWith, EXIT } from '../exit.ts'
import { problemsOf } from '../output/problems.ts'
import { showStatus } from '../output/status-screen.ts'

export function addStatus(program: Command, context: Context): void {
  withRemote(program.command('status'))
    .description('whether all is well: queues, agents, machines, what waits and why, problems')
    .option('--check', 'end with 1 when something is not well')
    .action(async (options: RemoteOptions & { check?: boolean }) => {
      const { api, target } = await context.connect(options)
      const status: Status = await api.status()
      const problems = problemsOf(status, context.io.clock.wall())
      if (options.json) context.screen.json({ ...status, problems })
      else showStatus(context.screen, status, { problems, url: target.url, now: context.io.clock.wall() })
      if (options.check && problems.length > 0) throw endWith(EXIT.failure)
    })
}
