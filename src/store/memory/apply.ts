import type { Charge } from '../../domain/costs/ledger.ts'
import type { Change, MeterMove } from '../../domain/ports/store.ts'
import { conflictOf } from '../conflict.ts'
import { overAt, type AnyPut } from '../over.ts'
import { chargeKey } from './ledger.ts'
import type { Tables } from './tables.ts'

type Undo = () => void

/** Applies every change or, when one conflicts, none: then it throws Conflict. */
export function applyAll(tables: Tables, changes: readonly Change[]): void {
  inOrder(changes, (change) => apply(tables, change))
}

/** Takes all steps; when one throws, none. */
function inOrder<T>(steps: readonly T[], take: (step: T) => Undo): Undo {
  const undos: Undo[] = []
  const undoAll = () => undos.reverse().forEach((undo) => undo())
  try {
    for (const step of steps) undos.push(take(step))
  } catch (error) {
    undoAll()
    throw error
  }
  return undoAll
}

function apply(tables: Tables, change: Change): Undo {
  switch (change.kind) {
    case 'put':
      return put(tables, change)
    case 'delivery': {
      const stored = tables.delivery.get(change.source) ?? new Map<string, number>()
      if (stored.has(change.delivery)) throw conflictOf(change)
      tables.delivery.set(change.source, stored)
      return set(stored, change.delivery, change.at)
    }
    case 'journal':
      tables.journal.push({ ...change.entry })
      return () => void tables.journal.pop()
    case 'tail':
      return set(tables.tail, change.agent, { text: change.text, at: change.at })
    case 'setting':
      return set(tables.setting, change.key, change.value ?? undefined)
    case 'token':
      return set(tables.token, change.token.name, JSON.stringify(change.token))
    case 'job-run':
      return set(tables.ledger.runs, change.run.job, structuredClone(change.run))
    case 'charges':
      return charge(tables, change)
    case 'waits': {
      const before = tables.waits
      tables.waits = JSON.stringify(change.groups)
      return () => void (tables.waits = before)
    }
  }
}

function charge({ ledger }: Tables, change: Change & { kind: 'charges' }): Undo {
  const { charges, meter } = change
  if ((ledger.meters.get(meter.machine) ?? null) !== meter.from && !isWhole(meter)) throw conflictOf(change)
  if (charges.some(({ job }) => job !== undefined && !ledger.runs.has(job))) throw conflictOf(change)
  const undoMeter = set(ledger.meters, meter.machine, meter.until ?? undefined)
  const undoCharges = inOrder(charges, (each) => add(ledger, each))
  return () => {
    undoCharges()
    undoMeter()
  }
}

/** The whole life of a machine at once. */
function isWhole({ from, until }: MeterMove): boolean {
  return from === null && until === null
}

function add({ charges, counts }: Tables['ledger'], more: Charge): Undo {
  const key = chargeKey(more)
  const held = charges.get(key)
  const { nanos, ms, unpricedMs, job } = more
  if (held) {
    const sums = { nanos: held.nanos + nanos, ms: held.ms + ms, unpricedMs: held.unpricedMs + unpricedMs }
    return set(charges, key, { ...held, ...sums })
  }
  const count = counts.get(job ?? '') ?? 0
  const undoCount = set(counts, job ?? '', count + 1)
  const undoCharge = set(charges, key, { ...more, first: job !== undefined && count === 0 })
  return () => {
    undoCharge()
    undoCount()
  }
}

function put(tables: Tables, change: AnyPut): Undo {
  const { table, record, expect } = change
  const held = tables[table].get(record.key)
  if (held?.version !== expect?.version || held?.state !== expect?.state) throw conflictOf(change)
  const { version, state } = record
  return set(tables[table], record.key, { version, state, overAt: overAt(change), body: JSON.stringify(record) })
}

/** Sets the value, or deletes the key for undefined; the result puts things back as they were. */
function set<V>(map: Map<string, V>, key: string, value: V | undefined): Undo {
  const before = map.get(key)
  if (value === undefined) map.delete(key)
  else map.set(key, value)
  return () => void (before === undefined ? map.delete(key) : map.set(key, before))
}
