import type { Database, Statement } from 'better-sqlite3'
import type { RecordTable } from '../../../domain/ports/store.ts'
import type { SqlValue, WriteName } from '../protocol.ts'

export interface PreparedWrite {
  readonly statement: Statement<[readonly SqlValue[]]>
  /** It must change a row: else what the writer expected is no longer so. */
  readonly guarded: boolean
}

/** Every statement that `commit` needs, compiled once. Parameters stand in the order that encode.ts gives them. */
export function prepareWrites(database: Database): Record<WriteName, PreparedWrite> {
  const prepare = (source: string) => database.prepare<[readonly SqlValue[]]>(source)
  const guarded = (source: string) => ({ statement: prepare(source), guarded: true })
  const free = (source: string) => ({ statement: prepare(source), guarded: false })
  return {
    'insert job': guarded(insertRecord('job', jobColumns)),
    'update job': guarded(updateRecord('job', jobColumns)),
    'insert agent': guarded(insertRecord('agent')),
    'update agent': guarded(updateRecord('agent')),
    'insert registration': guarded(insertRecord('registration')),
    'update registration': guarded(updateRecord('registration')),
    'insert container': guarded(insertRecord('container')),
    'update container': guarded(updateRecord('container')),
    'insert machine': guarded(insertRecord('machine')),
    'update machine': guarded(updateRecord('machine')),
    'insert delivery': guarded('insert into delivery (source, delivery, at) values (?, ?, ?) on conflict do nothing'),
    'insert journal': free('insert into journal (at, kind, subject, body) values (?, ?, ?, ?)'),
    'put tail': free(
      'insert into tail (agent, at, text) values (?, ?, ?) on conflict do update set at = excluded.at, text = excluded.text',
    ),
    'put setting': free(
      'insert into setting (key, value) values (?, ?) on conflict do update set value = excluded.value',
    ),
    'drop setting': free('delete from setting where key = ?'),
    'put waits': free('insert into waits (id, body) values (1, ?) on conflict do update set body = excluded.body'),
    'add work': free(`insert into work (${workColumns}) values (?, ?, ?, ?, ?, ?) on conflict do nothing`),
    'put run': guarded(putRun),
    'add job charge': guarded(addCharge(`from run where job = ?`, 'run.id', isFirst)),
    'add waste charge': guarded(addCharge('where true', '0', '0')),
    'insert meter': guarded('insert into meter (machine, until) values (?, ?) on conflict do nothing'),
    'move meter': guarded('update meter set until = ? where machine = ? and until = ?'),
    'drop meter': guarded('delete from meter where machine = ? and until = ?'),
    'put token': free('insert into token (name, body) values (?, ?) on conflict do update set body = excluded.body'),
  }
}

const recordColumns = ['version', 'state', 'over_at', 'body']
const jobColumns = [...recordColumns, 'source', 'repository', 'received_at']

function insertRecord(table: RecordTable, columns: readonly string[] = recordColumns): string {
  const all = [...columns, 'key']
  return `insert into ${table} (${all.join(', ')}) values (${all.map(() => '?').join(', ')}) on conflict do nothing`
}

function updateRecord(table: RecordTable, columns: readonly string[] = recordColumns): string {
  const sets = columns.map((column) => `${column} = ?`).join(', ')
  return `update ${table} set ${sets} where key = ? and version = ? and state = ?`
}

const workColumns = 'source, scope, repository, workflow, name, labels'
const runColumns = 'job, pool, fleet, machine, milli_cpu, memory, queued_at, started_at, done_at, conclusion'

const putRun = `insert into run (${runColumns}, work)
  select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, id from work where (${workColumns}) = (?, ?, ?, ?, ?, ?)
  on conflict do update set (${runColumns}, work) = (${`${runColumns}, work`.replaceAll(/(\w+)/g, 'excluded.$1')})`

const isFirst = 'not exists (select 1 from charge where charge.run = run.id and charge.run > 0)'

/** Adds to what is there. `source` says where the number of the job's run comes from. */
function addCharge(source: string, run: string, first: string): string {
  return `insert into charge (day, machine, kind, pool, currency, fleet, nanos, ms, unpriced_ms, run, first)
    select ?, ?, ?, ?, ?, ?, ?, ?, ?, ${run}, ${first} ${source}
    on conflict do update set
      nanos = nanos + excluded.nanos, ms = ms + excluded.ms, unpriced_ms = unpriced_ms + excluded.unpriced_ms`
}
