import type { Command } from 'commander'
import type { Agent } from '../client/types.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { since } from '../output/words.ts'

interface AgentsOptions extends RemoteOptions {
  readonly pool?: string
  readonly machine?: string
  readonly state?: string
}

export function addAgents(program: Command, context: Context): void {
  withRemote(program.command('agents'))
    .description('agents that are not gone')
    .option('--pool <name>', 'only those of this pool')
    .option('--machine <name>', 'only those on this machine')
    .option('--state <state>', 'only those in this state')
    .action(async (options: AgentsOptions) => {
      const { api } = await context.connect(options)
      const agents = (await api.agents()).filter((agent) => isWanted(agent, options))
      if (options.json) context.screen.json({ agents })
      else show(context, agents)
    })
}

function isWanted(agent: Agent, { pool, machine, state }: AgentsOptions): boolean {
  return (
    (pool === undefined || agent.pool === pool) &&
    (machine === undefined || agent.machine === machine) &&
    (state === undefined || agent.state === state)
  )
}

function show({ screen, io }: Context, agents: readonly Agent[]): void {
  if (agents.length === 0) return screen.line('No such agents.')
  const now = io.clock.wall()
  screen.table(
    ['AGENT', 'STATE', 'FOR', 'POOL', 'SCOPE', 'MACHINE', 'JOB', 'WHY'],
    agents.map((agent) => [
      agent.key,
      agent.state === 'running' ? screen.colors.cyan(agent.state) : agent.state,
      since(agent.stateAt, now),
      agent.pool,
      `${agent.source}/${agent.scope}`,
      agent.machine,
      agent.job,
      agent.exit?.detail ?? agent.endReason ?? agent.reason,
    ]),
  )
}
