import type { Agent } from '../../domain/agent.ts'
import { costBetween, startOfDay } from '../../domain/money.ts'
import type { Fleet } from '../../domain/fleet.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Committed, State } from '../../reconciler/state.ts'
import { isOrphan } from '../history/orphans.ts'
import type { Setup } from '../history/history.ts'
import type { VirtualClock } from '../time/clock.ts'
import type { Recorder } from '../world/recorder.ts'
import type { Bill } from '../world/cloud/vm.ts'

const hour = 3_600_000

export interface LimitOptions {
  readonly setup: Setup
  readonly clock: VirtualClock
  readonly recorder: Recorder
  readonly lastJump: () => number
  readonly bills: () => readonly Bill[]
}

/** Looks at every commit: hard limits hold in the records at every instant (rule 9). */
export function createLimitCheck(options: LimitOptions): (state: State, changes: readonly Committed[]) => void {
  const checkAgent = createAgentCheck(options)
  const checkMachine = createMachineCheck(options)
  return (state, changes) => {
    for (const { table, now, before } of changes) {
      if (before) continue
      if (table === 'agent') checkAgent(state, now)
      if (table === 'machine' && now.made) checkMachine(state, now)
    }
  }
}

/** A new agent: those of its pool, of its scope, and of its machine. */
function createAgentCheck({ setup, recorder }: LimitOptions): (state: State, agent: Agent) => void {
  const agentsHad = new Map<string, number>()
  const everKilled = (): boolean => recorder.notes.some(({ words }) => words === 'Slipway is killed')

  function checkAgents(state: State, pool: Pool): void {
    const own = [...state.agents.values()].filter((agent) => agent.pool === pool.name)
    if (own.length > pool.limits.agents)
      recorder.violate('limits', `pool ${pool.name} has ${own.length} agents, more than ${pool.limits.agents}`)
    for (const [scope, agents] of Map.groupBy(own, (agent) => agent.scope))
      if (agents.length > pool.limits.perScope)
        recorder.violate('limits', `pool ${pool.name} has ${agents.length} agents in ${scope}`)
  }

  function checkMachine(state: State, key: string): void {
    const had = (agentsHad.get(key) ?? 0) + 1
    agentsHad.set(key, had)
    const fleet = setup.fleets.find(({ name }) => name === state.machines.get(key)?.fleet)
    if (!fleet) return
    // The count of those that had just begun may die with the process.
    if (!everKilled() && had > (fleet.elastic?.maxAgents ?? Infinity))
      recorder.violate('limits', `machine ${key} has had ${had} agents`)
    const there = [...state.agents.values()].filter(({ machine }) => machine === key).length
    if (there > fleet.limits.agentsPerMachine) recorder.violate('limits', `machine ${key} has ${there} agents`)
  }

  return (state, agent) => {
    for (const pool of setup.pools) if (pool.name === agent.pool) checkAgents(state, pool)
    checkMachine(state, agent.machine)
  }
}

/** A new machine: those of its fleet, those begun within an hour, and what they cost. */
function createMachineCheck({
  setup,
  clock,
  recorder,
  lastJump,
  bills,
}: LimitOptions): (state: State, machine: Machine) => void {
  const begun = new Map<string, number[]>()
  const today = startOfDay(clock.wall())

  function checkMachines(state: State, fleet: Fleet): void {
    const own = [...state.machines.values()].filter((machine) => machine.fleet === fleet.name)
    if (own.length > fleet.limits.machines)
      recorder.violate('limits', `fleet ${fleet.name} has ${own.length} machines, more than ${fleet.limits.machines}`)
  }

  /** After a jump of the clock nobody can tell any more when exactly machines of before were begun. */
  function checkRate(fleet: Fleet): void {
    const since = Math.max(clock.monotonic() - hour, lastJump())
    const recent = (begun.get(fleet.name) ?? []).filter((at) => at > since)
    recent.push(clock.monotonic())
    begun.set(fleet.name, recent)
    if (recent.length > fleet.limits.machinesPerHour)
      recorder.violate('limits', `fleet ${fleet.name} began ${recent.length} machines within an hour`)
  }

  /** What the cloud charged so far, but for the last minute. A jump into another day begins a new account. */
  function checkSpent({ name, limits: { moneyPerDay } }: Fleet): void {
    if (!moneyPerDay || startOfDay(clock.wall()) !== today) return
    const now = clock.monotonic() - 60_000
    const spent = bills()
      .filter((bill) => bill.fleet === name && !isOrphan(bill.name))
      .reduce((sum, { prices, until = now }) => sum + (costBetween(prices, 0, Math.min(until, now)) ?? 0n), 0n)
    if (spent >= moneyPerDay.nanos)
      recorder.violate('limits', `fleet ${name} begins a machine, and ${spent} of ${moneyPerDay.nanos} nanos are spent`)
  }

  return (state, machine) => {
    for (const fleet of setup.fleets) {
      if (fleet.name !== machine.fleet) continue
      checkMachines(state, fleet)
      checkRate(fleet)
      checkSpent(fleet)
    }
  }
}
