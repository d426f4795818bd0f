import type { Clock } from '../../domain/ports/clock.ts'
import type { Setup } from '../history/history.ts'
import { createTrouble, type Trouble } from '../ports/trouble.ts'
import { sourceName } from '../ports/source.ts'
import type { Host } from '../ports/runtimes.ts'
import type { Random } from '../random.ts'
import { createCi, type Ci } from './ci.ts'
import { createCloud, type Cloud } from './cloud/index.ts'
import { createEngine, type Engine } from './engine.ts'
import { createMail, type Deliver, type Mail } from './mail.ts'
import type { Recorder } from './recorder.ts'

/** All that is outside of Slipway. */
export interface World {
  readonly ci: Ci
  readonly mail: Mail
  readonly cloud: Cloud
  readonly trouble: Trouble
  /** Of machines given by hand. */
  readonly hosts: ReadonlyMap<string, Engine>
  /** Images that no registry has now. */
  readonly missing: Set<string>
  /** Whether ends of containers go unheard, and whether the store takes nothing. */
  readonly ailing: Ailments
  readonly jumps: ClockJump[]
  hostOf(machine: string): Host | undefined
  /** Every engine that is there, those of the cloud's machines too. */
  engines(): Engine[]
}

export interface ClockJump {
  readonly at: number
  readonly ms: number
  /** When Slipway had noticed it and moved all its times along; never, where it was down or died before. */
  noticedAt?: number
  /** Whoever could still notice it is dead. */
  missed: boolean
}

export interface Ailments {
  deaf: boolean
  full: boolean
}

export const well: Ailments = { deaf: false, full: false }

export function createWorld(setup: Setup, clock: Clock, random: Random, recorder: Recorder, deliver: Deliver): World {
  const mail = createMail(clock, random.fork('mail'), sourceName, deliver)
  const ci = createCi(clock, random.fork('ci'), recorder, (job) => mail.tell(job))
  const missing = new Set<string>()
  const engine = (machine: string, room: Engine['room']): Engine =>
    createEngine({ machine, clock, random: random.fork(`engine ${machine}`), ci, recorder, room, missing })
  const cloud = createCloud({
    clock,
    random: random.fork('cloud'),
    recorder,
    model: setup.model,
    offers: setup.offers,
    engine: (vm) => engine(vm.name, vm.offer.size),
  })
  const hosts = new Map(Array.from(setup.hosts, ([name, { size }]) => [name, engine(name, size)]))
  return {
    ci,
    mail,
    cloud,
    trouble: createTrouble(random.fork('trouble')),
    hosts,
    missing,
    ailing: { ...well },
    jumps: [],
    hostOf(machine) {
      const given = hosts.get(machine)
      return given ? { engine: given, bootstrapped: true } : cloud.vms.get(machine)
    },
    engines: () => [...hosts.values(), ...Array.from(cloud.vms.values(), (vm) => vm.engine ?? []).flat()],
  }
}
