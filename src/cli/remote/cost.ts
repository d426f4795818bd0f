import { Option, type Command } from 'commander'
import { COST_GROUPS } from '../client/types.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { showCosts } from '../output/cost-screen.ts'

interface CostOptions extends RemoteOptions {
  readonly by: string
  readonly since: string
  readonly until?: string
  readonly pool?: string
  readonly repository?: string
  readonly csv?: boolean
}

export function addCost(program: Command, context: Context): void {
  withRemote(program.command('cost'))
    .description('what jobs and machines have cost, and what the same jobs would have cost otherwise')
    .addOption(new Option('--by <what>', 'what a line is of').choices([...COST_GROUPS]).default('repository'))
    .option('--since <time>', 'from the day (UTC) that this is in: 30d, or 2026-01-31', '30d')
    .option('--until <time>', 'to the day (UTC) that this is in; today unless given')
    .option('--pool <name>', 'only what this pool used')
    .option('--repository <owner/name>', 'only the jobs of this repository')
    .addOption(new Option('--csv', 'comma-separated values, exact amounts').conflicts('json'))
    .action(async ({ by, since, until, pool, repository, csv, ...options }: CostOptions) => {
      const filter = { by, since, until, pool, repository }
      // CSV is for programs, too: as it comes.
      const { api } = await context.connect(csv ? { ...options, json: true } : options)
      if (csv) return void context.io.stdout.write(await api.costCsv(filter))
      const report = await api.cost(filter)
      if (options.json) context.screen.json(report)
      else showCosts(context.screen, report, context.io.clock.wall())
    })
}
