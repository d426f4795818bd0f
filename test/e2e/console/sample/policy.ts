import type {
  FleetPolicy,
  FleetWeek,
  Policy,
  PoolPolicy,
  PoolWeek,
  WeekPart,
} from '../../../../src/domain/console/policy.ts'
import { strictIsolation } from '../../../../src/domain/pool.ts'
import { resources } from './now.ts'

const DAY = 1440

export function samplePolicy(): Policy {
  return {
    timeZone: 'Europe/Berlin',
    pools: [pool('linux', workingHours(poolWeek(40, 2), poolWeek(12, 0))), pool('large', always(poolWeek(8, 0)))],
    fleets: [
      fleet('cloud', true, workingHours(fleetWeek(12, 1), fleetWeek(4, 0))),
      fleet('office', false, always({ limits: { agentsPerMachine: 12 }, warm: { machines: 0, stopped: 0 } })),
    ],
  }
}

function always<What>(what: What): WeekPart<What>[] {
  return [{ fromMinute: 0, toMinute: 7 * DAY, what }]
}

/** Monday to Friday from 7 to 19. */
function workingHours<What>(busy: What, quiet: What): WeekPart<What>[] {
  const days = [0, 1, 2, 3, 4].flatMap((day) => [
    { fromMinute: day * DAY + 420, toMinute: day * DAY + 1140, what: busy },
    { fromMinute: day * DAY + 1140, toMinute: day === 4 ? 7 * DAY : (day + 1) * DAY + 420, what: quiet },
  ])
  return [{ fromMinute: 0, toMinute: 420, what: quiet }, ...days]
}

function poolWeek(agents: number, standby: number): PoolWeek {
  return { limits: { agents, perRepository: Math.ceil(agents / 2) }, warm: { agents: 0, standby } }
}

function fleetWeek(machines: number, warm: number): FleetWeek {
  return {
    limits: { machines, machinesPerHour: 30, moneyPerDay: { nanos: 120_000_000_000n, currency: 'USD' } },
    warm: { machines: warm, stopped: 1 },
  }
}

function pool(name: string, week: readonly WeekPart<PoolWeek>[]): PoolPolicy {
  const size = resources(name === 'large' ? 4 : 2)
  return {
    name,
    os: 'linux',
    serves: [{ source: 'github', scope: 'acme' }],
    labels: ['self-hosted', 'linux', ...(name === 'large' ? ['large'] : [])],
    repositories: ['acme/*'],
    fleets: ['cloud', 'spot'],
    image: 'registry.example.com/slipway/github-runner:1',
    resources: size,
    maxResources: size,
    priority: 0,
    trust: { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: false },
    isolation: { ...strictIsolation, sudo: name === 'large' },
    containers: name === 'large' ? 'dind' : 'none',
    idleTimeoutMs: 300_000,
    maxAgeMs: 86_400_000,
    registerTimeoutMs: 120_000,
    maxFailures: 5,
    week,
  }
}

function fleet(name: string, elastic: boolean, week: readonly WeekPart<FleetWeek>[]): FleetPolicy {
  return {
    name,
    provider: elastic ? 'azure' : 'static',
    os: 'linux',
    zone: 'internal',
    reserve: resources(0, 1, 4),
    burst: { cpu: 1.5 },
    spread: 'none',
    ...(elastic && {
      elastic: {
        choose: 'cheapest',
        bootTimeoutMs: 300_000,
        idleTimeoutMs: 300_000,
        maxAgeMs: 86_400_000,
        billing: 'second',
        consolidate: true,
        driftBudget: 1,
        rerunEvicted: true,
      },
    }),
    week,
  }
}
