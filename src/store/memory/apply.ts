import type { Change } from '../../domain/ports/store.ts'
import { conflictOf } from '../conflict.ts'
import { overAt, type AnyPut } from '../over.ts'
import type { Tables } from './tables.ts'

type Undo = () => void

/** Applies every change or, when one conflicts, none: then it throws Conflict. */
export function applyAll(tables: Tables, changes: readonly Change[]): void {
  const undos: Undo[] = []
  try {
    for (const change of changes) undos.push(apply(tables, change))
  } catch (error) {
    for (const undo of undos.reverse()) undo()
    throw error
  }
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
    case 'waits': {
      const before = tables.waits
      tables.waits = JSON.stringify(change.groups)
      return () => void (tables.waits = before)
    }
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
