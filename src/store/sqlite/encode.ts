import type { Charge, JobRun } from '../../domain/costs/ledger.ts'
import type { Change, MeterMove } from '../../domain/ports/store.ts'
import { overAt, type AnyPut } from '../over.ts'
import type { SqlValue, Write } from './protocol.ts'

/**
 * A change as statements with their parameters, in the order of worker/statements.ts. Records become JSON here, at the call,
 * so that a later change of the caller's object is not stored, and so that the worker gets cheap flat messages.
 */
export function encode(change: Change): readonly Write[] {
  switch (change.kind) {
    case 'put':
      return [encodePut(change)]
    case 'delivery':
      return [['insert delivery', [change.source, change.delivery, change.at]]]
    case 'journal': {
      const { entry } = change
      return [['insert journal', [entry.at, entry.kind, entry.subject, JSON.stringify(entry)]]]
    }
    case 'tail':
      return [['put tail', [change.agent, change.at, change.text]]]
    case 'setting':
      return [change.value === null ? ['drop setting', [change.key]] : ['put setting', [change.key, change.value]]]
    case 'waits':
      return [['put waits', [JSON.stringify(change.groups)]]]
    case 'token':
      return [['put token', [change.token.name, JSON.stringify(change.token)]]]
    case 'job-run':
      return encodeRun(change.run)
    case 'charges':
      return [...encodeMeter(change.meter), ...change.charges.map(encodeCharge)]
  }
}

function encodePut(put: AnyPut): Write {
  const { table, record, expect } = put
  const values: SqlValue[] = [record.version, record.state, overAt(put), JSON.stringify(record)]
  if (put.table === 'job') values.push(put.record.source, put.record.repository, put.record.receivedAt)
  values.push(record.key)
  if (!expect) return [`insert ${table}`, values]
  values.push(expect.version, expect.state)
  return [`update ${table}`, values]
}

function encodeRun(run: JobRun): Write[] {
  const { job, pool, fleet, machine, milliCpu, memory, queuedAt, startedAt } = run
  const work = [run.source, run.scope, run.repository, run.workflow, run.name, run.labels.join(',')]
  const ends = [run.doneAt ?? null, run.conclusion ?? null]
  return [
    ['add work', work],
    ['put run', [job, pool, fleet, machine, milliCpu, memory, queuedAt, startedAt, ...ends, ...work]],
  ]
}

function encodeMeter({ machine, from, until }: MeterMove): Write[] {
  if (from === null) return until === null ? [] : [['insert meter', [machine, until]]]
  return until === null ? [['drop meter', [machine, from]]] : [['move meter', [until, machine, from]]]
}

function encodeCharge(charge: Charge): Write {
  const { day, machine, kind, pool = '', currency, fleet, nanos, ms, unpricedMs, job } = charge
  const values = [day, machine, kind, pool, currency, fleet, nanos, ms, unpricedMs]
  return job === undefined ? ['add waste charge', values] : ['add job charge', [...values, job]]
}
