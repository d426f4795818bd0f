import type { LiveChange, LiveMachine, Now } from '../../../domain/console/live.ts'
import type { Plan } from '../../../domain/plan.ts'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Context } from '../../context.ts'
import { createPicture, type Parts } from './picture.ts'
import { liveFleets, livePools } from './pools.ts'
import { queueOf } from './queue.ts'
import { createWaitMemory } from './recent-waits.ts'

/** Between two changes that watchers are told of. */
const leastGapMs = 1000
/** Commits come in bursts: what follows this soon is told with the first. */
const gatherMs = 50
/** How often what changes by itself is looked at: words with times in them, health. */
const lookMs = 5000
/** Machines are gone over in this many looks, so that none takes long. */
const rounds = 6

export interface LiveFeed {
  /** The picture as of now; of the newest change while somebody watches. */
  now(): Promise<Now>
  /** Calls back with every change from now on, until the result is called. Costs nothing while nobody watches. */
  watch(onChange: (change: LiveChange) => void): () => void
}

export interface LiveFeedOptions {
  readonly version: string
  readonly startedAt: number
  readonly plan: () => Plan | undefined
  readonly health: () => Promise<{ readonly problems: readonly string[] }>
}

export function createLiveFeed(context: Context, options: LiveFeedOptions): LiveFeed {
  const { state, clock } = context
  const waits = createWaitMemory(state)
  let problems: readonly string[] = []
  const picture = createPicture(context, (): Parts => {
    const groups = options.plan()?.waits ?? []
    const pools = livePools(context, groups, waits)
    return { problems, ...queueOf(state.jobs.values(), groups), pools, fleets: liveFleets(context) }
  })
  const watchers = new Set<(change: LiveChange) => void>()
  let seq = 0
  let round = 0
  let cancelLook: (() => void) | undefined

  const telling = createPace(clock, () => {
    const news = picture.renew()
    if (!news) return
    const change = { seq: ++seq, at: clock.wall(), ...news }
    for (const watcher of watchers) watcher(change)
  })

  function look(): void {
    cancelLook = clock.timer(lookMs, look)
    picture.doubt(round++, rounds)
    void readHealth().then(() => watchers.size > 0 && telling.soon())
  }

  async function readHealth(): Promise<void> {
    try {
      ;({ problems } = await options.health())
    } catch (error) {
      context.logger.warn({ err: error }, 'health could not be read')
    }
  }

  function begin(): void {
    picture.begin()
    seq++
    telling.told()
  }

  function rest(): void {
    telling.callOff()
    cancelLook?.()
    picture.forget()
  }

  state.onCommit((changes) => {
    waits.note(changes)
    if (watchers.size === 0) return
    picture.note(changes)
    telling.soon()
  })

  return {
    async now() {
      if (watchers.size === 0) await readHealth()
      const alone = watchers.size === 0
      if (alone) begin()
      const { version, startedAt } = options
      const machines = picture.machines().sort(byFleet(context.wanted().fleets.map(({ name }) => name)))
      const shown = { seq, at: clock.wall(), version, owner: context.owner, startedAt, ...picture.parts(), machines }
      if (alone) rest()
      return shown
    },
    watch(onChange) {
      if (watchers.size === 0) begin()
      const watcher = (change: LiveChange): void => onChange(change)
      watchers.add(watcher)
      if (watchers.size === 1) look()
      return () => {
        if (watchers.delete(watcher) && watchers.size === 0) rest()
      }
    },
  }
}

/** Tells soon after it is asked to, and never twice within `leastGapMs`. */
function createPace(clock: Clock, tell: () => void) {
  let toldAt = -Infinity
  let cancel: (() => void) | undefined

  function told(): void {
    toldAt = clock.monotonic()
  }

  return {
    /** Somebody was told otherwise. */
    told,
    soon() {
      cancel ??= clock.timer(Math.max(gatherMs, toldAt + leastGapMs - clock.monotonic()), () => {
        cancel = undefined
        told()
        tell()
      })
    },
    callOff() {
      cancel?.()
      cancel = undefined
    },
  }
}

function byFleet(fleets: readonly string[]) {
  const places = new Map(fleets.map((name, place) => [name, place]))
  const place = ({ fleet }: LiveMachine): number => places.get(fleet) ?? fleets.length
  return (a: LiveMachine, b: LiveMachine): number =>
    place(a) - place(b) || a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1)
}
