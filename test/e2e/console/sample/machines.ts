import type { MachineLife, PastAgent } from '../../../../src/domain/console/life.ts'
import type { LiveMachine } from '../../../../src/domain/console/live.ts'
import type { MachineView } from '../../../../src/domain/ports/operations.ts'
import { sampleSum } from './cost.ts'
import { resources, sampleNow } from './now.ts'

const MINUTE = 60_000
const names = ['build', 'unit tests', 'lint', 'e2e', 'docs']

export function sampleMachines(at: number): MachineView[] {
  return sampleNow(at).machines.map((machine) => viewOf(machine, at))
}

function viewOf(live: LiveMachine, at: number): MachineView {
  const cpu = live.agents.reduce((sum, agent) => sum + agent.resources.milliCpu / 1000, 0)
  return {
    key: live.key,
    version: 5,
    epoch: 1,
    state: live.state,
    fleet: live.fleet,
    size: live.size,
    allocatable: live.allocatable,
    isolation: 'verified',
    cordon: live.cordon,
    createdAt: live.createdAt,
    stateAt: live.stateAt,
    seenAt: at - 800,
    agentsHad: 31,
    agents: live.agents.length,
    used: resources(cpu),
    goes: live.goes ?? (live.fleet === 'office' ? undefined : 'when it has been empty for 5m'),
    ...(live.price && {
      price: live.price,
      cost: { nanos: live.fleet === 'cloud' ? '1560042117' : '15512345', currency: 'USD' },
      made: {
        offer: 'o1',
        sizeName: live.sizeName ?? '',
        location: 'westeurope',
        spot: live.spot,
        template: 't',
        reason: '5 jobs wait for large; it is the cheapest machine that holds 4 of them',
        acceptedAt: live.createdAt,
        prices: [],
      },
    }),
  }
}

export function sampleLife(at: number, key: string): MachineLife | undefined {
  const machine = sampleMachines(at).find((one) => one.key === key)
  if (!machine) return undefined
  const born = at - 62 * MINUTE
  const minutes = (count: number): number => born + count * MINUTE
  return {
    machine: { ...machine, createdAt: born },
    reason: machine.made?.reason ?? 'it is listed in the configuration',
    states: machine.made
      ? [
          { state: 'requested', from: born, to: minutes(0.05) },
          { state: 'creating', from: minutes(0.05), to: minutes(1.2) },
          { state: 'booting', from: minutes(1.2), to: minutes(2.5) },
          { state: 'ready', from: minutes(2.5) },
        ]
      : [{ state: 'ready', from: born }],
    cordons: [{ reason: 'kernel update', by: 'ada via console', at: minutes(30), to: minutes(36) }],
    agents: agents(born, at),
    ...(machine.made && { ...sampleSum(1_560_042_117n), jobMs: 40 * MINUTE, wasteMs: 20 * MINUTE, unpricedMs: 0 }),
  }
}

function agents(born: number, at: number): PastAgent[] {
  const pools = ['linux', 'linux', 'large', 'jenkins-java', 'linux']
  return Array.from({ length: 26 }, (_, index) => {
    const createdAt = at - index * 2.2 * MINUTE - 20_000
    const endedAt = createdAt + (3 + (index % 4)) * MINUTE
    return {
      key: `a${90 - index}`,
      pool: pools[index % pools.length] ?? 'linux',
      state: endedAt < at ? ('gone' as const) : ('running' as const),
      createdAt: Math.max(createdAt, born + 3 * MINUTE),
      ...(endedAt < at && {
        endedAt: Math.max(endedAt, born + 4 * MINUTE),
        exit: { kind: 'finished' as const, exitCode: 0, detail: '' },
      }),
      job: { key: `github/${32_000_001 + index}/1`, name: names[index % names.length] ?? '', repository: 'acme/web' },
    }
  })
}
