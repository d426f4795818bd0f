import type { Agent } from '../../../domain/agent.ts'
import type { MachineLife, PastAgent } from '../../../domain/console/life.ts'
import type { Machine } from '../../../domain/machine.ts'
import type { Context } from '../../context.ts'
import { viewOfMachine } from '../machine-view.ts'
import { cordonsOf, statesOf } from './states.ts'

/** The newest so many lines of a machine's journal are read; few machines have more. */
const mostEntries = 1000
/** The newest agents that were on it. */
const mostAgents = 200

export async function lifeOf(context: Context, machine: Machine): Promise<MachineLife> {
  const { store, state } = context
  const entries = await store.journal({ subject: `machine:${machine.key}`, limit: mostEntries })
  const oldestFirst = entries.toReversed()
  const agents = await store.agentsOn(machine.key, mostAgents)
  return {
    machine: viewOfMachine(context, machine),
    reason: machine.made?.reason ?? `it was given by hand, in fleet ${machine.fleet}`,
    states: statesOf(machine, oldestFirst),
    cordons: cordonsOf(machine, oldestFirst),
    agents: await Promise.all(agents.map((agent) => pastAgent(context, state.agents.get(agent.key) ?? agent))),
  }
}

async function pastAgent(context: Context, agent: Agent): Promise<PastAgent> {
  const { key, pool, state, createdAt, stateAt, exit } = agent
  const told = { key, pool, state, createdAt, endedAt: state === 'gone' ? stateAt : undefined, exit }
  if (agent.job === undefined) return told
  const job = context.state.jobs.get(agent.job) ?? (await context.store.get('job', agent.job))
  return { ...told, job: { key: agent.job, name: job?.name ?? '', repository: job?.repository ?? '' } }
}
