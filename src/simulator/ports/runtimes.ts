import type { Endpoint } from '../../domain/ports/provider.ts'
import type { ContainerRuntime, RuntimeEvent, Runtimes } from '../../domain/ports/runtime.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Random } from '../random.ts'
import { isReachable, unreachable, type Engine } from '../world/engine.ts'
import type { Life } from '../time/life.ts'
import type { Call } from './calls.ts'

const look = [2, 20] as const
const quick = [20, 150] as const
const start = [150, 900] as const
const fetch = [1000, 15_000] as const

/** A machine's engine, as far as it is there, and what its machine says of itself. */
export interface Host {
  readonly engine?: Engine
  readonly bootstrapped: boolean
}

export interface RuntimesOptions {
  readonly life: Life
  readonly clock: Clock
  readonly random: Random
  readonly call: Call
  readonly hostOf: (machine: string) => Host | undefined
  readonly onEvent: (machine: string, event: RuntimeEvent) => void
  /** Chance that the end of a container goes unheard. */
  readonly deaf: () => number
}

/** The engines as the reconciler is handed them. */
export function createSimulatedRuntimes(options: RuntimesOptions): Runtimes {
  const runtimes = new Map<string, ContainerRuntime>()
  return {
    of: (machine) => runtimes.get(machine),
    connect(machine, endpoint) {
      if (!runtimes.has(machine)) runtimes.set(machine, createRuntime(options, machine, endpoint))
    },
    forget: (machine) => void runtimes.delete(machine),
  }
}

function createRuntime(options: RuntimesOptions, machine: string, endpoint: Endpoint): ContainerRuntime {
  const { call, hostOf } = options
  const address = endpoint.kind === 'unix' ? machine : endpoint.host
  const watched = new WeakSet<Engine>()

  function reach(): Engine {
    const engine = hostOf(address)?.engine
    if (!engine || !isReachable(engine)) throw unreachable(machine)
    if (!watched.has(engine)) watch(options, machine, engine)
    watched.add(engine)
    return engine
  }

  return {
    prepare: (spec) => call('engine', 'prepare', start, () => reach().prepare(spec)),
    activate: (key, { env }) => call('engine', 'activate', quick, () => reach().activate(key, env['RUNNER'] ?? '')),
    list: () => call('engine', 'list', look, () => reach().list()),
    activity: (key) => call('engine', 'activity', look, () => (reach().isAtWork(key) ? 'running' : 'idle')),
    end: (key) => call('engine', 'end', look, () => reach().end(key)),
    tail: (key) => call('engine', 'tail', look, () => reach().tail(key)),
    async *log(key) {
      yield Buffer.from(await call('engine', 'log', look, () => reach().tail(key)))
    },
    remove: (key) => call('engine', 'remove', quick, () => reach().remove(key)),
    watch: () => {},
    hasImage: (image) => call('engine', 'hasImage', look, () => reach().hasImage(image)),
    pull: (image) => call('engine', 'pull', fetch, () => reach().pull(image)),
    probe: () =>
      call('engine', 'probe', start, () => {
        reach()
        return { proof: 'verified', detail: 'all out of reach' } as const
      }),
    examine: async () => [],
    bootstrapped: () =>
      call('engine', 'bootstrapped', look, () => {
        reach()
        return hostOf(address)?.bootstrapped ?? false
      }),
    notices: () => call('engine', 'notices', look, () => [...reach().notices]),
    close: () => {},
  }
}

/** Tells of containers that end, soon after, as long as the process that watches lives and hears. */
function watch({ life, clock, random, onEvent, deaf }: RuntimesOptions, machine: string, engine: Engine): void {
  engine.onExit((key) => {
    if (life.dead || random.chance(deaf())) return
    clock.timer(random.between(5, 80), () => {
      if (!life.dead && isReachable(engine)) onEvent(machine, { key, what: 'died' })
    })
  })
}
