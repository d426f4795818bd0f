import { noCostSettings } from '../domain/costs/settings.ts'
import type { Fleet } from '../domain/fleet.ts'
import type { JobObservation } from '../domain/jobs/job.ts'
import type { Logger } from '../domain/ports/logger.ts'
import type { Store } from '../domain/ports/store.ts'
import type { Context, Wanted } from '../reconciler/context.ts'
import type { Committed } from '../reconciler/state.ts'
import type { Setup } from './history/history.ts'
import { createCalls } from './ports/calls.ts'
import { createCloudProvider, createGivenProvider } from './ports/provider.ts'
import { createSimulatedRuntimes } from './ports/runtimes.ts'
import { createSimulatedSource, sourceName } from './ports/source.ts'
import { createMortalStore } from './ports/store.ts'
import { owner } from './owner.ts'
import { startProcess, type Process } from './process.ts'
import type { Random } from './random.ts'
import { clockOf, type Life } from './time/life.ts'
import type { VirtualClock } from './time/clock.ts'
import type { Recorder } from './world/recorder.ts'
import type { World } from './world/world.ts'

/** Slipway through all its lives: at most one process at a time. */
export interface Slipway {
  /** The one that runs; undefined while it is down. */
  readonly process: () => Process | undefined
  start(): Promise<void>
  receive(delivery: string, observation: JobObservation): void
  /** Kills it at the n-th step of its effects from now on. */
  crash(steps: number, downMs: number): void
  /** What machines are made from changes. */
  remake(template: string): void
  /** A crash that has not come yet will not come any more. */
  spare(): void
}

export interface SlipwayOptions {
  readonly setup: Setup
  readonly clock: VirtualClock
  readonly random: Random
  readonly world: World
  readonly recorder: Recorder
  readonly store: Store
  readonly logger: Logger
  readonly onCommit: (process: Context['state'], changes: readonly Committed[]) => void
}

export function createSlipway(options: SlipwayOptions): Slipway {
  const { clock } = options
  let process: Process | undefined
  let doom: { steps: number; readonly downMs: number } | undefined
  let fleets = options.setup.fleets
  let lives = 0

  function die(life: Life, downMs: number): void {
    life.dead = true
    doom = undefined
    if (process?.life === life) process = undefined
    options.recorder.note('Slipway is killed')
    for (const jump of options.world.jumps) if (jump.noticedAt === undefined) jump.missed = true
    clock.timer(downMs, () => void start())
  }

  async function start(): Promise<void> {
    const life: Life = {
      dead: false,
      onStep: () => {
        if (doom && --doom.steps <= 0) die(life, doom.downMs)
      },
    }
    const random = options.random.fork(`life ${++lives}`)
    const started = await startProcess(
      processOptions(
        options,
        life,
        random,
        () => process,
        () => fleets,
      ),
    )
    if (life.dead) return
    process = started
    options.recorder.note('Slipway runs')
    started.context.state.onCommit((changes) => options.onCommit(started.context.state, changes))
  }

  return {
    process: () => process,
    start,
    receive: (delivery, observation) => process?.receive(delivery, observation),
    crash: (steps, downMs) => void (doom ??= { steps, downMs }),
    remake(template) {
      fleets = fleets.map((fleet) => (fleet.elastic ? { ...fleet, elastic: { ...fleet.elastic, template } } : fleet))
      process?.reconciler.refresh()
    },
    spare: () => void (doom = undefined),
  }
}

function processOptions(
  { setup, clock: time, world, recorder, store, logger }: SlipwayOptions,
  life: Life,
  random: Random,
  current: () => Process | undefined,
  fleets: () => readonly Fleet[],
) {
  const clock = clockOf(life, time)
  const { ci, mail, cloud, trouble } = world
  const call = createCalls(life, { clock: time, random: random.fork('calls'), trouble })
  const source = createSimulatedSource({ clock, ci, mail, call, owner, scopes: setup.scopes })
  const given = createGivenProvider(clock, call, setup.hosts)
  const elastic = createCloudProvider(clock, call, cloud, setup.canRest, (listed, fleet) => {
    const at = time.monotonic()
    // It takes a failed look and two listings in a row to be sure; what is told to one that dies before does not count.
    time.timer(
      45_000,
      () => life.dead || cloud.tell(new Map(listed.map((machine) => [machine.name, machine])), fleet, at),
    )
  })
  const sources = new Map([[sourceName, source]])
  const providers = new Map(setup.fleets.map((fleet) => [fleet.name, fleet.elastic ? elastic : given]))
  const wanted = (): Wanted => ({ pools: setup.pools, fleets: fleets(), sources, providers, costs: noCostSettings })
  const runtimes = createSimulatedRuntimes({
    life,
    clock: time,
    call,
    hostOf: (machine) => world.hostOf(machine),
    random: random.fork('events'),
    onEvent: (machine, event) => current()?.reconciler.onContainerEvent(machine, event),
    deaf: () => (world.ailing.deaf ? 1 : 0.05),
  })
  return {
    life,
    clock,
    wanted,
    runtimes,
    logger,
    owner,
    intervals: setup.intervals,
    random: random.fork('process'),
    store: createMortalStore(
      store,
      life,
      () => !world.ailing.full,
      ({ kind, subject, reason, outcome }) => {
        recorder.note(`  ${kind} ${subject} ${outcome}: ${reason}`)
        if (kind === 'clock-jumped')
          for (const jump of world.jumps) if (!jump.missed) jump.noticedAt ??= time.monotonic()
      },
    ),
    onPlan: () => {},
  }
}
