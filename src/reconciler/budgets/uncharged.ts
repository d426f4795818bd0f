import type { Agent } from '../../domain/agent.ts'
import type { Holder } from '../../domain/ports/ledger.ts'
import type { Context } from '../context.ts'
import { madeMachine, type MadeMachine } from '../machines/elastic.ts'
import type { Spending } from './spending.ts'

/** What jobs that run now have cost since their machines were charged last, as nearly as is known. */
export function uncharged(context: Context, now: number): Spending[] {
  const byMachine = Map.groupBy(running(context), ({ machine }) => machine)
  return [...byMachine].flatMap(([key, agents]) => {
    const machine = madeMachine(context, key)
    return machine ? spendingOn(context, machine, agents, now) : []
  })
}

function running({ state }: Context): Agent[] {
  return [...state.agents.values()].filter(({ job, state: at }) => at === 'running' && job !== undefined)
}

function spendingOn(context: Context, machine: MadeMachine, agents: readonly Agent[], now: number): Spending[] {
  const { key, fleet, allocatable, made } = machine
  const from = context.state.meters.get(key) ?? made.acceptedAt
  if (from === undefined || from >= now) return []
  const charges = context.ledger.charge({
    machine: key,
    fleet,
    from,
    until: now,
    prices: made.prices,
    allocatable,
    phases: [{ from, kind: 'idle' }],
    heldEmpty: false,
    holders: agents.flatMap((agent) => holderOf(context, agent)),
  })
  return charges.flatMap(({ kind, job = '', pool = '', currency, nanos, unpricedMs }) => {
    const repository = context.state.jobs.get(job)?.repository
    return kind === 'job' && repository !== undefined ? [{ pool, repository, currency, nanos, unpricedMs }] : []
  })
}

function holderOf({ state }: Context, { key, pool, job, stateAt }: Agent): Holder[] {
  const container = state.containers.get(key)
  if (!container || job === undefined) return []
  const from = state.jobs.get(job)?.startedAt ?? stateAt
  return [{ key, pool, resources: container.resources, uses: [{ from, until: Infinity, kind: 'job', job }] }]
}
