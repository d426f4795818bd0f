import type { Clock } from '../../src/domain/ports/clock.ts'
import { NotFound } from '../../src/domain/errors.ts'
import type { Offer } from '../../src/domain/offer.ts'
import type { MachineOrder, MachineProvider, ProviderMachine } from '../../src/domain/ports/provider.ts'
import type { EvictionNotice } from '../../src/domain/ports/runtime.ts'
import { faulty, gi, type Faults } from './ports.ts'
import type { World } from './world.ts'

export interface CloudMachine {
  readonly name: string
  readonly fleet: string
  readonly offer: Offer
  state: ProviderMachine['state']
  /** Monotonic, when its engine began to answer; undefined: never. */
  answersFrom: number | undefined
  notices: EvictionNotice[]
  detail?: string
}

interface Work {
  readonly kind: 'create' | 'delete' | 'stop' | 'start'
  readonly name: string
  readonly doneAt: number
  error?: Error
}

/** A cloud in memory, which outlives the service. What it is told to do takes its time. */
export interface Cloud {
  readonly machines: Map<string, CloudMachine>
  readonly works: Map<string, Work>
  offers: Offer[]
  createMs: number
  bootMs: number
  deleteMs: number
  stopMs: number
  /** Machines made from now on never answer. */
  dud: boolean
  /** How the next works end, once they are done. */
  readonly fates: Error[]
  /** How often each name was asked to be made. */
  readonly asked: Map<string, number>
  /** Taken from us: all that ran there is gone. */
  takeBack(name: string): void
  answers: (name: string) => boolean
  readonly noticesOf: (name: string) => readonly EvictionNotice[]
  /** The port, as one life of the service sees it. */
  provider(faults: Faults): MachineProvider
}

export function anOffer(patch: Partial<Offer> = {}): Offer {
  const size = { milliCpu: 8000, memory: 32 * gi, disk: 100 * gi }
  return {
    key: 'd8',
    sizeName: 'd8',
    spot: false,
    size,
    price: { nanos: 360_000_000n, currency: 'USD' },
    stoppedPrice: { nanos: 36_000_000n, currency: 'USD' },
    ...patch,
  }
}

export function createCloud(clock: Clock, world: World): Cloud {
  const machines = new Map<string, CloudMachine>()
  const works = new Map<string, Work>()
  const asked = new Map<string, number>()
  let ids = 0

  function begin(kind: Work['kind'], name: string, ms: number): string {
    const id = `w${++ids}`
    const work: Work = { kind, name, doneAt: clock.monotonic() + ms, error: cloud.fates.shift() }
    works.set(id, work)
    clock.timer(ms, () => finish(work))
    return id
  }

  function finish({ kind, name, error }: Work): void {
    const machine = machines.get(name)
    if (!machine) return
    if (error && kind === 'create') Object.assign(machine, { state: 'failed', detail: error.message })
    if (error) return
    if (kind === 'delete') return takeBack(name)
    if (machine.state === 'deleting') return
    if (kind === 'stop') {
      machine.answersFrom = undefined
      machine.state = 'stopped'
      return
    }
    machine.state = 'running'
    machine.answersFrom = cloud.dud ? undefined : clock.monotonic() + cloud.bootMs
  }

  function takeBack(name: string): void {
    machines.delete(name)
    world.killMachine(name)
  }

  function create({ name, fleet, offer }: MachineOrder): string {
    asked.set(name, (asked.get(name) ?? 0) + 1)
    if (!machines.has(name)) {
      machines.set(name, { name, fleet, offer, state: 'creating', answersFrom: undefined, notices: [] })
      return begin('create', name, cloud.createMs)
    }
    const known = [...works].find(([, work]) => work.kind === 'create' && work.name === name)
    return known?.[0] ?? begin('create', name, 0)
  }

  function remove(name: string): string | undefined {
    const machine = machines.get(name)
    if (!machine) return undefined
    const busy = [...world.containers.values()].some(
      (c) => c.machine === name && c.phase === 'running' && (c.job?.state === 'running' || c.working),
    )
    if (busy) world.violations.push(`machine ${name} was deleted while a job ran on it`)
    machine.state = 'deleting'
    return begin('delete', name, cloud.deleteMs)
  }

  function must(name: string): CloudMachine {
    const machine = machines.get(name)
    if (!machine) throw new NotFound(`no machine ${name}`)
    return machine
  }

  function poll(id: string): 'pending' | 'done' {
    const work = works.get(id)
    if (!work) throw new NotFound(`no operation ${id}`)
    if (clock.monotonic() < work.doneAt) return 'pending'
    if (work.error) throw work.error
    return 'done'
  }

  function list(fleet: string): ProviderMachine[] {
    return [...machines.values()]
      .filter((machine) => machine.fleet === fleet)
      .map(({ name, state, offer, detail }) => ({
        name,
        fleet,
        state,
        size: offer.size,
        ...(detail !== undefined && { detail }),
        ...(state === 'running' && { endpoint: { kind: 'unix', path: `/${name}` } as const }),
      }))
  }

  const cloud: Cloud = {
    machines,
    works,
    asked,
    offers: [anOffer()],
    createMs: 20_000,
    bootMs: 10_000,
    deleteMs: 15_000,
    stopMs: 5000,
    dud: false,
    fates: [],
    takeBack,
    answers: (name) => (machines.get(name)?.answersFrom ?? Infinity) <= clock.monotonic(),
    noticesOf: (name) => machines.get(name)?.notices ?? [],
    provider: (faults) => ({
      kind: 'docker',
      list: async (fleet) => {
        const began = clock.wall()
        return faulty(faults, 'machines', () => ({ began, machines: list(fleet), unreachable: [] }))
      },
      elastic: {
        offers: () => faulty(faults, 'offers', () => cloud.offers),
        create: (order) => faulty(faults, 'create', () => create(order)),
        delete: (_fleet, name) => faulty(faults, 'delete', () => remove(name)),
        rest: {
          stop: (_fleet, name) => faulty(faults, 'stop', () => begin('stop', must(name).name, cloud.stopMs)),
          start: (_fleet, name) => faulty(faults, 'start', () => begin('start', must(name).name, 5000)),
        },
        poll: (_fleet, operation) => faulty(faults, 'poll', () => poll(operation)),
        examine: async (fleet) => [{ about: `fleet ${fleet}`, level: 'ok', finding: 'the cloud is there' }],
      },
    }),
  }
  return cloud
}
