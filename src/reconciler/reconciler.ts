import type { RuntimeEvent } from '../domain/ports/runtime.ts'
import type { Plan } from '../domain/plan.ts'
import { createBudgets } from './budgets/budgets.ts'
import { createActor, type Actor } from './actor.ts'
import type { Context } from './context.ts'
import { decide } from './decide.ts'
import { forgetBegun, noteBegun } from './learning/begun.ts'
import { createDurations } from './learning/durations.ts'
import { createOffersReader } from './learning/offers.ts'
import { createRecall } from './learning/recall.ts'
import { createLoop, type Loop } from './loop.ts'
import { createMover } from './machines/moving/mover.ts'
import { turnDay } from './machines/money/spent.ts'
import { noteLive, noteUses } from './metering/bodies.ts'
import { createMeter } from './metering/meter.ts'
import { noteBodies, tally, tallyAll } from './machines/following/tally.ts'
import { createJumpFollower } from './upkeep/follow-jumps.ts'
import { observeDeath } from './observing/observe-containers.ts'
import { look } from './observing/look.ts'
import { observeMachines } from './observing/observe-machines.ts'
import { probeIsolation } from './effects/probe-isolation.ts'
import { createReruns } from './upkeep/rerun-evicted.ts'
import { prune, type Retention } from './upkeep/prune.ts'
import { pruneArchive } from './upkeep/prune-archive.ts'
import { readWidths } from './observing/read-widths.ts'
import { recoverMissed, type OnRecovery } from './observing/recover.ts'
import { haveRhythm, resync, resyncDue, resyncRegistrations } from './observing/resync.ts'

/** How often sources with a rhythm of their own are asked whether they are due. */
const rhythmMs = 250

/** Milliseconds between two turns of each loop. */
export interface Intervals {
  readonly decide: number
  readonly machines: number
  readonly resync: number
  readonly registrations: number
  readonly recover: number
  readonly widths: number
  readonly prune: number
}

export const defaultIntervals: Intervals = {
  decide: 1000,
  machines: 5000,
  resync: 60_000,
  registrations: 20_000,
  recover: 300_000,
  widths: 3_600_000,
  prune: 600_000,
}

/** Metrics listen here; nothing in the reconciler depends on them. */
export interface Observer {
  readonly onPlan: (plan: Plan, ms: number) => void
  readonly onLoop: (name: string, ms: number, failed: boolean, lagMs: number) => void
  readonly onRecovery: OnRecovery
}

export interface Reconciler {
  start(): void
  /** Something is new: decide now. */
  wake(): void
  /** Looks at sources and machines at once, for instance after a reload. */
  refresh(): void
  onContainerEvent(machine: string, event: RuntimeEvent): void
  /** The newest plan; undefined before the first. */
  plan(): Plan | undefined
  readonly loops: readonly Loop[]
  readonly actor: Actor
  /** Ends the loops and waits for what is under way. Agents go on running. */
  stop(): Promise<void>
}

export function createReconciler(
  context: Context,
  intervals: Intervals,
  retention: Retention,
  observer: Observer,
): Reconciler {
  const { clock, logger } = context
  const actor = createActor(context)
  const parts = createParts(context, actor)
  const { mover, durations, reruns, meter } = parts
  let newest: Plan | undefined

  const loop: MakeLoop = (name, everyMs, run) =>
    createLoop({ name, everyMs, clock, logger, run, onRun: observer.onLoop })
  const deciding = loop('decide', intervals.decide, async () => {
    await decideOnce(context, actor, parts, (plan, ms) => {
      newest = plan
      observer.onPlan(plan, ms)
    })
  })
  const loops = [deciding, ...lookingLoops(loop, context, actor, parts, intervals, retention, observer)]
  // Runs only where a source has a rhythm: most have none.
  const rhythms = loop('rhythms', rhythmMs, async () => resyncDue(context, actor))
  const startRhythms = () => void (haveRhythm(context) && rhythms.start())
  context.state.onCommit((changes) => {
    noteBegun(context, changes)
    noteBodies(context, changes)
    noteUses(context, changes)
    durations.note(changes)
    reruns.note(changes)
    if (changes.length > 0) deciding.wake()
  })

  return {
    start() {
      loops.forEach((each) => each.start())
      startRhythms()
    },
    wake: () => deciding.wake(),
    refresh() {
      loops.forEach((each) => each.wake())
      startRhythms()
    },
    onContainerEvent(machine, event) {
      if (event.what === 'reconnected') look(context, actor, machine)
      if (event.what !== 'died' || event.key === undefined) return
      const { key } = event
      actor.run(`death:${key}`, `look:${machine}`, () => observeDeath(context, machine, key))
    },
    plan: () => newest,
    loops,
    actor,
    async stop() {
      actor.stop()
      mover.stop()
      await Promise.all([...loops, rhythms].map((each) => each.stop()))
      await actor.idle()
      await meter.idle()
    },
  }
}

type MakeLoop = (name: string, everyMs: number, run: () => Promise<void>) => Loop
type Parts = ReturnType<typeof createParts>

/** What the loops drive, as the state is now. */
function createParts(context: Context, actor: Actor) {
  const mover = createMover(context, actor)
  const durations = createDurations(context)
  const reruns = createReruns(context, actor)
  const recall = createRecall(context, durations)
  const readOffers = createOffersReader(context, actor)
  tallyAll(context)
  noteLive(context)
  const meter = createMeter(context)
  const budgets = createBudgets(context)
  const followJumps = createJumpFollower(context)
  return { mover, durations, reruns, recall, readOffers, meter, budgets, followJumps }
}

/** What must be known before it is decided, then what is under way, then what is to be. */
async function decideOnce(context: Context, actor: Actor, parts: Parts, onPlan: Observer['onPlan']): Promise<void> {
  const { clock } = context
  const { followJumps, recall, meter, budgets, mover } = parts
  const following = followJumps()
  if (following) await following
  const recalling = recall()
  if (recalling) await recalling
  meter.turn()
  const budgeting = budgets.due()
  if (budgeting) await budgeting
  turnDay(context, clock.wall())
  forgetBegun(context, clock.wall())
  const from = clock.monotonic()
  actor.driveAll()
  mover.driveAll()
  const plan = await decide(context, actor)
  onPlan(plan, clock.monotonic() - from)
  await tally(context)
}

/** What is looked at again and again, so that nothing depends on being told. */
function lookingLoops(
  loop: MakeLoop,
  context: Context,
  actor: Actor,
  { readOffers, reruns, budgets }: Parts,
  intervals: Intervals,
  retention: Retention,
  observer: Observer,
): Loop[] {
  const { clock } = context
  let widthsAt = -Infinity
  let probedAt = -Infinity
  return [
    loop('machines', intervals.machines, async () => {
      await observeMachines(context, actor)
      const probeAll = clock.monotonic() - probedAt >= intervals.widths
      if (probeAll) probedAt = clock.monotonic()
      probeIsolation(context, actor, probeAll)
    }),
    loop('offers', intervals.machines, async () => readOffers()),
    loop('resync', intervals.resync, async () => resync(context, actor)),
    loop('reruns', intervals.resync, async () => reruns.runOnce()),
    loop('budgets', intervals.resync, async () => budgets.runOnce()),
    loop('registrations', intervals.registrations, async () => resyncRegistrations(context, actor)),
    loop('recover', intervals.recover, async () => recoverMissed(context, actor, observer.onRecovery)),
    loop('widths', Math.min(60_000, intervals.widths), async () => {
      const all = clock.monotonic() - widthsAt >= intervals.widths
      if (all) widthsAt = clock.monotonic()
      readWidths(context, actor, !all)
    }),
    loop('prune', intervals.prune, async () => {
      pruneArchive(context, actor)
      await prune(context, retention)
    }),
  ]
}
