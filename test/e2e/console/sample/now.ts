import type { LiveAgent, LiveMachine, LivePool, Now, QueueGroup } from '../../../../src/domain/console/live.ts'
import type { Resources } from '../../../../src/domain/resources.ts'

const GiB = 2 ** 30
const SECOND = 1000
const MINUTE = 60 * SECOND

export function resources(cpu: number, memory = cpu * 4, disk = cpu * 20): Resources {
  return { milliCpu: cpu * 1000, memory: memory * GiB, disk: disk * GiB }
}

const cpusOf: Readonly<Record<string, number>> = { linux: 2, large: 4, deploy: 1, 'jenkins-java': 2 }
const names = ['build', 'unit tests', 'lint', 'e2e', 'docs', 'package', 'typecheck', 'bench']
const repositories = ['acme/web', 'acme/api', 'acme/mobile', 'acme/infra']

/** A busy quarter of an hour: three fleets, machines that boot, drain and are lost, and jobs that wait for reasons. */
export function sampleNow(at: number): Now {
  return {
    seq: 1,
    at,
    version: '0.1.0',
    owner: 'acme-ci',
    startedAt: at - 5 * 3_600_000,
    problems: [],
    jobs: { waiting: 1, queued: 11, running: 17 },
    queue: queue(at),
    pools: pools(),
    fleets: [
      { name: 'cloud', provider: 'azure', os: 'linux', zone: 'internal', elastic: true, limit: 12 },
      { name: 'spot', provider: 'azure', os: 'linux', zone: 'internal', elastic: true, limit: 20 },
      { name: 'office', provider: 'static', os: 'linux', zone: 'deploy', elastic: false },
    ],
    machines: machines(at),
  }
}

function queue(at: number): QueueGroup[] {
  const source = { source: 'github', scope: 'acme' }
  return [
    {
      ...source,
      pool: 'large',
      labels: 'linux, large',
      count: 3,
      oldestQueuedAt: at - 48 * SECOND,
      code: 'machine-coming',
      reason: 'machine vm-7f3k boots for it',
      next: 'it is expected to be ready',
      etaMs: 22 * SECOND,
    },
    {
      ...source,
      pool: 'linux',
      labels: 'linux',
      count: 6,
      oldestQueuedAt: at - 31 * SECOND,
      code: 'room-soon',
      reason: 'no machine has room, and one frees sooner than another boots',
      next: 'an agent on vm-2b9x is expected to end',
      etaMs: 15 * SECOND,
    },
    {
      source: 'jenkins',
      scope: 'controller',
      pool: 'jenkins-java',
      labels: 'java && !windows',
      count: 2,
      oldestQueuedAt: at - 9 * SECOND,
      code: 'starting',
      reason: 'an agent is being started',
      next: 'it registers and takes a job',
      etaMs: 2 * SECOND,
    },
  ]
}

function pools(): LivePool[] {
  const pool = (name: string, fleets: string[], rest: Partial<LivePool>): LivePool => ({
    name,
    os: 'linux',
    fleets,
    queued: 0,
    agents: {},
    standby: 0,
    limit: 40,
    warm: { agents: 0, standby: 0 },
    recent: { jobs: 0 },
    ...rest,
  })
  const minute = { targetMs: MINUTE }
  return [
    pool('linux', ['cloud', 'spot'], {
      queued: 6,
      agents: { running: 9, activating: 1 },
      standby: 1,
      recent: { jobs: 214, p50Ms: 3 * SECOND, p95Ms: 41 * SECOND, ...minute },
    }),
    pool('large', ['cloud'], {
      queued: 3,
      agents: { running: 3 },
      limit: 8,
      recent: { jobs: 37, p50Ms: 12 * SECOND, p95Ms: 55 * SECOND, ...minute },
    }),
    pool('deploy', ['office'], {
      agents: { running: 2, idle: 1 },
      limit: 6,
      recent: { jobs: 12, p50Ms: SECOND, p95Ms: 2 * SECOND },
    }),
    pool('jenkins-java', ['spot'], {
      queued: 2,
      agents: { running: 3, requested: 2 },
      limit: undefined,
      recent: { jobs: 58, p50Ms: 4 * SECOND, p95Ms: 19 * SECOND },
    }),
  ]
}

function machines(at: number): LiveMachine[] {
  const ids = counter()
  const cloud = { fleet: 'cloud', sizeName: 'D16ads v5', price: { nanosPerHour: '936000000', currency: 'USD' } }
  const spot = { fleet: 'spot', sizeName: 'D8ads v5', spot: true, price: { nanosPerHour: '93000000', currency: 'USD' } }
  const agents = (list: readonly string[], cpu: number): LiveAgent[] => list.map((word) => agent(word, cpu, at, ids))
  return [
    machine(
      'vm-2b9x',
      16,
      { ...cloud, agents: agents(['linux', 'linux', 'large', 'linux', 'linux', 'linux starting'], 16) },
      at,
    ),
    machine('vm-5c1d', 16, { ...cloud, agents: agents(['large', 'large', 'linux', 'linux standby'], 16) }, at),
    machine('vm-7f3k', 16, { ...cloud, ...coming(at), agents: [] }, at),
    machine('sp-a4', 8, { ...spot, agents: agents(['linux', 'jenkins-java', 'jenkins-java'], 8) }, at),
    machine('sp-b8', 8, { ...spot, agents: agents(['jenkins-java starting', 'jenkins-java starting'], 8) }, at),
    machine(
      'sp-c2',
      8,
      {
        ...spot,
        agents: agents(['linux', 'jenkins-java'], 8),
        cordon: { reason: 'consolidated onto sp-b8', by: 'rule', at },
      },
      at,
    ),
    machine('sp-d6', 8, { ...spot, agents: [], goes: 'empty; goes in 40 s' }, at),
    machine('sp-e9', 8, { ...spot, agents: [], state: 'deleting' }, at),
    machine('rack-1', 12, { fleet: 'office', agents: agents(['deploy', 'deploy', 'deploy idle'], 12) }, at),
    machine('rack-2', 4, { fleet: 'office', agents: [] }, at),
  ]
}

function machine(key: string, cpu: number, rest: Partial<LiveMachine>, at: number): LiveMachine {
  return {
    key,
    fleet: '',
    state: 'ready',
    stateAt: at - 8 * MINUTE,
    spot: false,
    size: resources(cpu),
    allocatable: resources(cpu),
    createdAt: at - 10 * MINUTE,
    readyAt: at - 8 * MINUTE,
    agents: [],
    ...rest,
  }
}

function coming(at: number): Partial<LiveMachine> {
  return {
    state: 'booting',
    stateAt: at - 38 * SECOND,
    createdAt: at - 38 * SECOND,
    readyAt: undefined,
    expectedAt: at + 22 * SECOND,
  }
}

/** `POOL` runs a job; `POOL STATE` does not. */
function agent(word: string, cpu: number, at: number, ids: () => number): LiveAgent {
  const [pool = '', state = 'running'] = word.split(' ')
  const id = ids()
  const needs = cpusOf[pool] ?? 1
  const base = { key: `a${id}`, pool, resources: resources(needs), share: needs / cpu, since: at - id * 7 * SECOND }
  if (state === 'standby' || state === 'idle') return { ...base, state }
  if (state === 'starting') return { ...base, state: 'activating' }
  const job = {
    key: `github/${32_000_000 + id}/1`,
    name: names[id % names.length] ?? 'build',
    repository: repositories[id % repositories.length] ?? 'acme/web',
    startedAt: at - id * 7 * SECOND,
  }
  return { ...base, state: 'running', job }
}

function counter(): () => number {
  let last = 0
  return () => ++last
}

/** So many machines that words would not fit. */
export function manyMachines(at: number, count: number): Now {
  const now = sampleNow(at)
  const template = now.machines.filter(({ fleet }) => fleet !== 'office')
  const copies = Array.from({ length: count }, (_, index) => {
    const like = template[index % template.length]
    if (!like) throw new Error('no machine to copy')
    return {
      ...like,
      key: `${like.key}-${index}`,
      agents: like.agents.map((one) => ({ ...one, key: `${one.key}-${index}` })),
    }
  })
  return { ...now, machines: copies.sort((a, b) => (a.fleet < b.fleet ? -1 : a.fleet > b.fleet ? 1 : 0)) }
}
