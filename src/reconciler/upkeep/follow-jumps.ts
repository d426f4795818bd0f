import type { Change, Put, Records, RecordTable } from '../../domain/ports/store.ts'
import { journal, type Context } from '../context.ts'
import { movePhases } from '../metering/phases.ts'
import { retrying } from '../retrying.ts'
import { change, type State } from '../state.ts'
import { createJumpDetector, leastMs, moved, movedRecord, newestTime, type Jump } from './wall-jumps.ts'

/**
 * Records moved in one commit: all of them, where that can be. Who dies between two commits can't know at the next
 * start how far the clock jumped.
 */
const batch = 2000

/** A record that is to move, and by which jumps. */
interface Owed {
  readonly table: RecordTable
  readonly key: string
  readonly jumps: Jump[]
}

/**
 * After a jump of the wall clock every time that we hold moves along (rule 13), so that nothing is due sooner or later
 * than it was, and "newer than" still means what it did. What is over keeps the times that it had.
 *
 * To be called before each plan; undefined when there is nothing to wait for. What the store did not take is moved at
 * the next call.
 */
export function createJumpFollower(context: Context): () => Promise<void> | undefined {
  const { state, clock } = context
  const detect = createJumpDetector(clock)
  const owed = new Map<string, Owed>()
  const untold: Jump[] = []
  /** Records that may hold times of after a jump. All times of the others are of before it. */
  const changed = new Set<string>()
  state.onCommit((changes) => {
    for (const { table, now } of changes) changed.add(recordId(table, now.key))
  })
  let started = false

  function owe(jump: Jump): void {
    untold.push(jump)
    for (const { table, keys } of tablesOf(context))
      for (const key of keys) {
        const id = recordId(table, key)
        const jumps = owed.get(id)?.jumps ?? []
        // What was read between two jumps was read before the second.
        const last = jumps.pop()
        if (last) jumps.push({ ...last, to: jump.to - jump.byMs })
        owed.set(id, { table, key, jumps: [...jumps, jump] })
      }
  }

  function moveOf({ table, key, jumps }: Owed): Change[] {
    const now = clock.wall()
    const newest = jumps.at(-1)
    const read = changed.has(recordId(table, key))
      ? jumps.map((jump) => (jump === newest ? { ...jump, to: now } : jump))
      : jumps.map((jump) => ({ ...jump, ...never }))
    return moveRecord(context, table, key, read)
  }

  async function moveAll(): Promise<void> {
    while (owed.size > 0 || untold.length > 0) {
      const moving = [...owed].slice(0, batch)
      const told = [...untold]
      await retrying(() =>
        state.commit([...told.map((jump) => note(context, jump)), ...moving.flatMap(([, each]) => moveOf(each))]),
      )
      untold.splice(0, told.length)
      for (const [id] of moving) owed.delete(id)
    }
  }

  return () => {
    const jump = started ? detect() : aheadOfClock(context)
    started = true
    if (jump) moveKnown(context, jump)
    if (jump) owe(jump)
    if (owed.size > 0 || untold.length > 0) return moveAll()
    changed.clear()
    return undefined
  }
}

/** No time was read after the jump. */
const never = { from: Infinity, to: -Infinity }

function recordId(table: RecordTable, key: string): string {
  return `${table}/${key}`
}

function tablesOf({ state }: Context): { readonly table: RecordTable; readonly keys: Iterable<string> }[] {
  return [
    { table: 'job', keys: state.jobs.keys() },
    { table: 'agent', keys: state.agents.keys() },
    { table: 'registration', keys: state.registrations.keys() },
    { table: 'container', keys: state.containers.keys() },
    { table: 'machine', keys: state.machines.keys() },
  ]
}

/** Nothing for a record that is over by then. */
function moveRecord({ state }: Context, table: RecordTable, key: string, jumps: readonly Jump[]): Change[] {
  const move = <T extends RecordTable>(of: T, record: Records[T] | undefined): Put<T>[] =>
    record ? [change(of, record, movedRecord(of, record, ...jumps))] : []
  switch (table) {
    case 'job':
      return move('job', state.jobs.get(key))
    case 'agent':
      return move('agent', state.agents.get(key))
    case 'registration':
      return move('registration', state.registrations.get(key))
    case 'container':
      return move('container', state.containers.get(key))
    case 'machine':
      return [...move('machine', state.machines.get(key)), ...moveMeter(state, key, jumps)]
  }
}

/** Nothing is charged before a jump is followed, so it was read before all of them. */
function moveMeter({ meters, machines }: State, machine: string, jumps: readonly Jump[]): Change[] {
  const from = meters.get(machine)
  if (from === undefined || !machines.has(machine)) return []
  const until = from + jumps.reduce((sum, { byMs }) => sum + byMs, 0)
  return [{ kind: 'charges', charges: [], meter: { machine, from, until } }]
}

function note(context: Context, { byMs }: Jump): Change {
  const reason = `the wall clock jumped by ${Math.round(byMs / 1000)} s`
  return journal(context, 'clock-jumped', 'clock', reason, 'noted')
}

/** What is held in memory alone. */
function moveKnown(context: Context, jump: Jump): void {
  const { known } = context
  context.logger.warn({ byMs: jump.byMs }, 'the wall clock jumped; deadlines move with it')
  known.jumpedMs += jump.byMs
  context.backoffs.move((at) => moved(at, jump))
  const { deletedAt, missingSince, orphansSince } = known.sightings
  const seen = [known.lookedAt, known.registrationsAt, known.quietSince, known.staleSince]
  for (const times of [...seen, deletedAt, missingSince, orphansSince])
    for (const [key, at] of times) times.set(key, moved(at, jump))
  movePhases(known.metering, (at) => moved(at, jump))
  for (const [fleet, times] of known.begun)
    known.begun.set(
      fleet,
      times.map((at) => moved(at, jump)),
    )
}

/** Set back while we were not running: records of the future would outlast every deadline and every newer reading. */
function aheadOfClock(context: Context): Jump | undefined {
  const { state, clock } = context
  const now = clock.wall()
  let newest = now
  for (const job of state.jobs.values()) newest = Math.max(newest, newestTime('job', job))
  for (const agent of state.agents.values()) newest = Math.max(newest, newestTime('agent', agent))
  for (const machine of state.machines.values()) newest = Math.max(newest, newestTime('machine', machine))
  for (const until of state.meters.values()) newest = Math.max(newest, until)
  return newest - now > leastMs ? { byMs: now - newest, from: now, to: now } : undefined
}
