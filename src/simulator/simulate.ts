import type { Logger } from '../domain/ports/logger.ts'
import type { Store } from '../domain/ports/store.ts'
import { checkEnd } from './checks/end.ts'
import { createLimitCheck } from './checks/limits.ts'
import { checkNow } from './checks/now.ts'
import type { Scene } from './checks/scene.ts'
import { createSoundCheck } from './checks/sound.ts'
import { isSettled } from './checks/settled.ts'
import { happen } from './history/happen.ts'
import type { History } from './history/history.ts'
import { createSlipway } from './slipway.ts'
import { createRandom } from './random.ts'
import { createVirtualClock } from './time/clock.ts'
import { createRecorder, type Recorder, type Violation } from './world/recorder.ts'
import { createWorld } from './world/world.ts'

export interface SimulationOptions {
  /** An empty store, which outlives every crash. */
  readonly store: Store
  readonly logger: Logger
}

/** What came of a history. */
export interface Course {
  readonly history: History
  /** The first promises that did not hold; empty when all did. */
  readonly violations: readonly Violation[]
  /** Timers that fired: the size of what was simulated. */
  readonly events: number
  /** Milliseconds of the world that passed. */
  readonly lasted: number
  readonly jobs: number
  readonly machines: number
  /** What happened, in order: faults of the world, and what Slipway wrote down of its deeds, which stands indented. */
  readonly notes: Recorder['notes']
}

/** A Monday morning: its day ends far beyond most histories. */
const beginning = Date.UTC(2026, 0, 5, 9)
const checkEveryMs = 15_000
/** Time to work off what is left: booting, idling, the grace of what nobody knows, all several times over. */
const patienceMs = 5_400_000
/** More of it for each job: they may have to run one after another, each on a machine of its own. */
const jobMs = 900_000
const restMs = 90_000
const lookMs = 30_000

/** Runs one history to its end, or to the first promise that does not hold. */
export async function simulate(history: History, { store, logger }: SimulationOptions): Promise<Course> {
  const clock = createVirtualClock(beginning)
  const random = createRandom(history.seed)
  const recorder = createRecorder(clock)
  const world = createWorld(history.setup, clock, random.fork('world'), recorder, (id, observation) =>
    slipway.receive(id, observation),
  )
  const slipway = createSlipway({
    setup: history.setup,
    clock,
    random: random.fork('slipway'),
    world,
    recorder,
    store,
    logger: createSoundCheck(logger, recorder),
    onCommit: createLimitCheck({
      setup: history.setup,
      clock,
      recorder,
      lastJump: () => world.jumps.at(-1)?.at ?? -Infinity,
      bills: () => world.cloud.bills,
    }),
  })
  const stage = { setup: history.setup, clock, world, recorder, slipway }
  const scene = { history, clock, world, recorder, slipway, store }
  const failed = (): boolean => recorder.violations.length > 0

  await slipway.start()
  for (const { at, what } of history.moments) clock.timer(at, () => happen(stage, what))
  const watch = (): void => {
    checkNow(scene)
    clock.timer(checkEveryMs, watch)
  }
  watch()
  await clock.run(history.faultsUntil, failed)
  slipway.spare()
  world.trouble.clear()
  await settle(scene, failed)
  if (!failed()) await checkEnd(scene)
  return {
    history,
    violations: recorder.violations,
    events: clock.fired(),
    lasted: clock.monotonic(),
    jobs: world.ci.jobs.size,
    machines: world.cloud.bills.length,
    notes: recorder.notes,
  }
}

/** Lets what is left be worked off. What has come to rest must stay so: else there was something left to do. */
async function settle(scene: Scene, failed: () => boolean): Promise<void> {
  const { clock, history } = scene
  const hourly = history.setup.fleets.some(({ elastic }) => elastic?.billing === 'hour')
  const latest = history.faultsUntil + (hourly ? 2 : 1) * patienceMs + scene.world.ci.jobs.size * jobMs
  for (let restedMs = 0; restedMs < restMs && clock.monotonic() < latest && !failed();) {
    await clock.run(clock.monotonic() + lookMs, failed)
    restedMs = isSettled(scene) ? restedMs + lookMs : 0
  }
}
