import type { Change, Put, Records, RecordTable } from '../../domain/ports/store.ts'
import { journal, type Context } from '../context.ts'
import { retrying } from '../retrying.ts'
import { change } from '../state.ts'
import { createJumpDetector, leastMs, moved, movedRecord, newestTime, type Jump } from './wall-jumps.ts'

/** Records moved in one commit. */
const batch = 2000

/** One record's move; undefined when the record is over by then. */
type Move = () => Change | undefined

/**
 * After a jump of the wall clock every time that we hold moves along (rule 13), so that nothing is due sooner or later
 * than it was, and "newer than" still means what it did. What is over keeps the times that it had.
 *
 * To be called before each plan; undefined when there is nothing to wait for. What the store did not take is moved at
 * the next call.
 */
export function createJumpFollower(context: Context): () => Promise<void> | undefined {
  const detect = createJumpDetector(context.clock)
  const unmoved: Move[][] = []
  /** Records that may hold times of after the jump. All times of the others are of before it. */
  const changed = new Set<string>()
  context.state.onCommit((changes) => {
    for (const { table, now } of changes) changed.add(recordId(table, now.key))
  })
  let started = false
  return () => {
    const jump = started ? detect() : aheadOfClock(context)
    started = true
    if (jump) unmoved.push(...begin(context, jump, changed))
    if (unmoved.length > 0) return moveAll(context, unmoved)
    changed.clear()
    return undefined
  }
}

function begin(context: Context, jump: Jump, changed: ReadonlySet<string>): Move[][] {
  const { state, known, clock } = context
  context.logger.warn({ byMs: jump.byMs }, 'the wall clock jumped; deadlines move with it')
  known.jumpedMs += jump.byMs
  context.backoffs.move((at) => moved(at, jump))
  const { deletedAt, missingSince, orphansSince } = known.sightings
  const seen = [known.lookedAt, known.registrationsAt, known.quietSince, known.staleSince]
  for (const times of [...seen, deletedAt, missingSince, orphansSince])
    for (const [key, at] of times) times.set(key, moved(at, jump))
  for (const [fleet, times] of known.begun)
    known.begun.set(
      fleet,
      times.map((at) => moved(at, jump)),
    )
  const jumpOf = (table: RecordTable, key: string): Jump =>
    changed.has(recordId(table, key)) ? { ...jump, to: clock.wall() } : { ...jump, ...never }
  const move = <T extends RecordTable>(table: T, record: Records[T] | undefined): Put<T> | undefined =>
    record && change(table, record, movedRecord(table, record, jumpOf(table, record.key)))
  const moves: Move[] = [
    ...Array.from(state.jobs.keys(), (key) => () => move('job', state.jobs.get(key))),
    ...Array.from(state.agents.keys(), (key) => () => move('agent', state.agents.get(key))),
    ...Array.from(state.registrations.keys(), (key) => () => move('registration', state.registrations.get(key))),
    ...Array.from(state.containers.keys(), (key) => () => move('container', state.containers.get(key))),
    ...Array.from(state.machines.keys(), (key) => () => move('machine', state.machines.get(key))),
  ]
  const reason = `the wall clock jumped by ${Math.round(jump.byMs / 1000)} s`
  // In one go where that can be: who dies between two would not know at the next start how far the clock jumped.
  moves.unshift(() => journal(context, 'clock-jumped', 'clock', reason, 'noted'))
  const groups: Move[][] = []
  for (let at = 0; at < moves.length; at += batch) groups.push(moves.slice(at, at + batch))
  return groups
}

/** No time was read after the jump. */
const never = { from: Infinity, to: -Infinity }

function recordId(table: RecordTable, key: string): string {
  return `${table}/${key}`
}

async function moveAll(context: Context, groups: Move[][]): Promise<void> {
  for (let group = groups[0]; group; group = groups[0]) {
    const moves = group
    await retrying(() => context.state.commit(moves.flatMap((move) => move() ?? [])))
    groups.shift()
  }
}

/** Set back while we were not running: records of the future would outlast every deadline and every newer reading. */
function aheadOfClock(context: Context): Jump | undefined {
  const { state, clock } = context
  const now = clock.wall()
  let newest = now
  for (const job of state.jobs.values()) newest = Math.max(newest, newestTime('job', job))
  for (const agent of state.agents.values()) newest = Math.max(newest, newestTime('agent', agent))
  for (const machine of state.machines.values()) newest = Math.max(newest, newestTime('machine', machine))
  return newest - now > leastMs ? { byMs: now - newest, from: now, to: now } : undefined
}
