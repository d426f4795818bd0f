import { registrationPrefix } from '../../src/domain/agent.ts'
import type { Clock } from '../../src/domain/ports/clock.ts'
import { ImageUnavailable, NotFound, Transient } from '../../src/domain/errors.ts'
import { strictIsolation, type Pool } from '../../src/domain/pool.ts'
import type { Elasticity, Fleet, FleetLimits } from '../../src/domain/fleet.ts'
import type { Money } from '../../src/domain/money.ts'
import type { Logger } from '../../src/domain/ports/logger.ts'
import type { MachineProvider } from '../../src/domain/ports/provider.ts'
import type { ContainerRuntime, EvictionNotice, Runtimes } from '../../src/domain/ports/runtime.ts'
import type { JobSource, ScopeWidth } from '../../src/domain/ports/source.ts'
import type { World } from './world.ts'

/** Faults by verb: each call takes the next error of its list, if there is one. */
export interface Faults {
  readonly next: Map<string, (Error | 'after')[]>
  /** Machines whose engine does not answer. */
  readonly silent: Set<string>
  /** Images that no machine has and no registry gives. */
  readonly missing: Set<string>
  /** Called around every effect, with its verb: where a process may die. */
  onStep?: (step: string) => void
  /** Set once the process that makes the calls is dead: none of its calls reaches anything any more. */
  dead?: boolean
}

export function createFaults(): Faults {
  return { next: new Map(), silent: new Set(), missing: new Set() }
}

/** `after`: the call does its work and its answer is lost. */
export async function faulty<T>(faults: Faults, verb: string, work: () => T): Promise<T> {
  const never = () => new Promise<never>(() => {})
  if (faults.dead) return never()
  faults.onStep?.(`before ${verb}`)
  if (faults.dead) return never()
  const fault = faults.next.get(verb)?.shift()
  if (fault instanceof Error) throw fault
  const result = work()
  faults.onStep?.(`after ${verb}`)
  if (faults.dead) return never()
  if (fault === 'after') throw new Transient(`${verb}: the answer was lost`)
  return result
}

export function createFakeSource(
  world: World,
  clock: Clock,
  faults: Faults,
  owner: string,
  width: { now: ScopeWidth },
  scopes: readonly string[] = ['acme'],
): JobSource {
  return {
    name: 'github',
    kind: 'github',
    binding: 'free',
    scopes: scopes.map((name) => ({ source: 'github', name })),
    routes: [],
    width: () => faulty(faults, 'width', () => width.now),
    read: async ({ name }) => {
      await faulty(faults, `read ${name}`, () => undefined)
      return faulty(faults, 'read', () => {
        const jobs = [...world.jobs.values()].filter((job) => job.scope === name)
        return {
          jobs: jobs.filter((job) => job.state !== 'done').map((job) => world.observe(job, 'read')),
          began: clock.wall(),
          covered: [...new Set(jobs.map((job) => job.repository))],
          staleSince: clock.wall(),
        }
      })
    },
    inspect: (job) =>
      faulty(faults, 'inspect', () => {
        const known = world.jobs.get(job.externalId)
        if (!known) throw new NotFound(`no job ${job.externalId}`)
        return world.observe(known, 'read')
      }),
    registrations: ({ name }) =>
      faulty(faults, 'registrations', () =>
        [...world.runners.values()]
          .filter((runner) => runner.scope === name && runner.name.startsWith(registrationPrefix(owner)))
          .map((runner) => ({ name: runner.name, externalId: runner.id, online: runner.online, busy: false })),
      ),
    admit: (request) =>
      faulty(faults, 'admit', () => ({
        externalId: world.register(request.name, request.labels, request.agent.scope),
        env: { RUNNER: request.name },
      })),
    dismiss: ({ name }) => faulty(faults, 'dismiss', () => world.unregister(name)),
    rerun: (job) =>
      faulty(faults, 'rerun', () => {
        if (world.openRuns.has(job.runId ?? '')) return 'later'
        world.reruns.push(job.externalId)
        return 'done'
      }),
    examine: async () => [],
    close: async () => {},
  }
}

/** Engines of machines that come and go. */
export interface Engines {
  readonly answers: (machine: string) => boolean
  readonly notices: (machine: string) => readonly EvictionNotice[]
}

export function createFakeRuntime(world: World, machine: string, faults: Faults, engines?: Engines): ContainerRuntime {
  const call = <T>(verb: string, work: () => T): Promise<T> =>
    faulty(faults, verb, () => {
      if (faults.silent.has(machine) || engines?.answers(machine) === false)
        throw new Transient(`${machine} does not answer`)
      return work()
    })
  const mine = () => [...world.containers.values()].filter((container) => container.machine === machine)
  const get = (key: string) => {
    const container = world.containers.get(key)
    if (container?.machine !== machine) throw new NotFound(`no container ${key}`)
    return container
  }
  return {
    prepare: (spec) =>
      call('prepare', () => {
        if (faults.missing.has(spec.image)) throw new ImageUnavailable(`no such image: ${spec.image}`)
        world.start(machine, spec.key, spec.pool, spec.runsAtOnce ? spec.command : undefined)
      }),
    activate: (key, activation) => call('activate', () => world.activate(key, activation.env['RUNNER'] ?? '')),
    list: () => call('list', () => mine().map(({ key, pool, phase }) => ({ key, pool, phase }))),
    activity: (key) =>
      call('activity', () => {
        const { phase, job, working } = get(key)
        return phase === 'running' && (job || working) ? 'running' : 'idle'
      }),
    end: (key) =>
      call('end', () => {
        const { phase, exitCode } = get(key)
        if (phase === 'running') return undefined
        const kind = exitCode === 137 ? 'killed' : 'finished'
        return { exit: { kind, exitCode, detail: `exit code ${exitCode}` }, tail: '' }
      }),
    tail: (key) => call('tail', () => `output of ${get(key).key}`),
    async *log(key) {
      yield Buffer.from(await call('log', () => `output of ${get(key).key}\n`))
    },
    remove: (key) => call('remove', () => world.remove(key)),
    watch: () => {},
    hasImage: (image) => call('hasImage', () => !faults.missing.has(image)),
    pull: (image) =>
      call('pull', () => {
        if (faults.missing.has(image)) throw new ImageUnavailable(`no such image: ${image}`)
      }),
    probe: () => call('probe', () => ({ proof: 'verified' as const, detail: 'all out of reach' })),
    examine: async () => [],
    bootstrapped: () => call('bootstrapped', () => true),
    notices: () => call('notices', () => engines?.notices(machine) ?? []),
    close: () => {},
  }
}

/** `elastic`: the engine of a machine that comes and goes; undefined for one that is given. */
export function createFakeRuntimes(
  world: World,
  faults: Faults,
  elastic: (machine: string) => Engines | undefined = () => undefined,
): Runtimes {
  const runtimes = new Map<string, ContainerRuntime>()
  return {
    of: (machine) => runtimes.get(machine),
    connect: (machine) =>
      void (
        runtimes.has(machine) || runtimes.set(machine, createFakeRuntime(world, machine, faults, elastic(machine)))
      ),
    forget: (machine) => void runtimes.delete(machine),
  }
}

/** Machines are given as `NAME`, which is of the first fleet, or `NAME@FLEET`. */
export function createFakeProvider(
  clock: Clock,
  machines: () => readonly string[],
  firstFleet: string,
  faults: Faults,
  price?: () => Money | undefined,
): MachineProvider {
  const size = { milliCpu: 8000, memory: 32 * gi, disk: 100 * gi }
  return {
    kind: 'static',
    list: (fleet) =>
      faulty(faults, 'machines', () => {
        const own = machines()
          .map((written) => written.split('@'))
          .filter(([, of = firstFleet]) => of === fleet)
          .map(([name = '']) => name)
        return {
          began: clock.wall(),
          machines: own
            .filter((name) => !faults.silent.has(name))
            .map(
              (name) =>
                ({
                  name,
                  fleet,
                  state: 'running',
                  size,
                  price: price?.(),
                  endpoint: { kind: 'unix', path: `/${name}` },
                }) as const,
            ),
          unreachable: own.filter((name) => faults.silent.has(name)).map((name) => ({ name, error: 'no answer' })),
        }
      }),
  }
}

export const gi = 1024 ** 3

export function aPool(patch: Partial<Pool> = {}): Pool {
  const resources = { milliCpu: 2000, memory: 4 * gi, disk: gi }
  return {
    name: 'linux',
    os: 'linux',
    serves: [{ source: 'github' }],
    labels: ['self-hosted', 'linux'],
    repositories: ['acme/*'],
    trust: { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: false },
    fleets: ['local'],
    image: 'agent',
    command: [],
    resources,
    allowedImages: [],
    maxResources: resources,
    priority: 0,
    limits: { agents: 100, perScope: 100, perRepository: 100 },
    warm: { agents: 0, standby: 0 },
    idleTimeoutMs: 60_000,
    maxAgeMs: 86_400_000,
    registerTimeoutMs: 120_000,
    maxFailures: 5,
    isolation: strictIsolation,
    containers: 'none',
    ...patch,
  }
}

export function aFleet(patch: Partial<Fleet> = {}): Fleet {
  const reserve = { milliCpu: 0, memory: 0, disk: 0 }
  return {
    name: 'local',
    provider: 'static',
    os: 'linux',
    zone: 'internal',
    reserve,
    limits: someLimits(),
    burst: { cpu: 1 },
    spread: 'none',
    ...patch,
  }
}

export function anElasticity(patch: Partial<Elasticity> = {}): Elasticity {
  return {
    choose: 'ordered',
    warm: { machines: 0, stopped: 0 },
    bootTimeoutMs: 300_000,
    idleTimeoutMs: 300_000,
    maxAgeMs: 86_400_000,
    maxAgents: 1000,
    billing: 'second',
    consolidate: false,
    driftBudget: 1,
    rerunEvicted: false,
    template: 't1',
    ...patch,
  }
}

/** Machines of the fake cloud. */
export function anElasticFleet(patch: Partial<Fleet> = {}, elastic: Partial<Elasticity> = {}): Fleet {
  return aFleet({ name: 'cloud', provider: 'docker', elastic: anElasticity(elastic), ...patch })
}

export function someLimits(patch: Partial<FleetLimits> = {}): FleetLimits {
  return { agentsPerMachine: 100, machines: Infinity, machinesPerHour: Infinity, ...patch }
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
}
