import { sql, type Kysely } from 'kysely'

/**
 * Charges are clustered by day: a report walks its days and nothing else, and what is old goes from one end. In place
 * of what the many charges of a job have in common they hold its number; 0 and '' stand for none.
 */
export async function createLedger(db: Kysely<unknown>): Promise<void> {
  await createWork(db)
  await createRuns(db)
  await db.schema
    .createTable('charge')
    .addColumn('day', 'integer', (column) => column.notNull())
    .addColumn('machine', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('run', 'integer', (column) => column.notNull())
    .addColumn('pool', 'text', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('fleet', 'text', (column) => column.notNull())
    .addColumn('nanos', 'integer', (column) => column.notNull())
    .addColumn('ms', 'integer', (column) => column.notNull())
    .addColumn('unpriced_ms', 'integer', (column) => column.notNull())
    // 1 in the first charge of a job, so that jobs can be counted by adding up.
    .addColumn('first', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('charge_key', ['day', 'machine', 'kind', 'run', 'pool', 'currency'])
    .modifyEnd(sql`without rowid`)
    .execute()
  await db.schema.createIndex('charge_machine').on('charge').column('machine').execute()
  // Used only where a query says as much, too.
  await db.schema.createIndex('charge_run').on('charge').column('run').where(sql.ref('run'), '>', 0).execute()
  await db.schema
    .createTable('meter')
    .addColumn('machine', 'text', (column) => column.primaryKey().notNull())
    .addColumn('until', 'integer', (column) => column.notNull())
    .modifyEnd(sql`without rowid`)
    .execute()
}

/** What jobs of one kind have in common, once. */
async function createWork(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('work')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('workflow', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('labels', 'text', (column) => column.notNull())
    .addUniqueConstraint('work_unique', ['source', 'scope', 'repository', 'workflow', 'name', 'labels'])
    .execute()
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('run')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('job', 'text', (column) => column.notNull().unique())
    .addColumn('work', 'integer', (column) => column.notNull())
    .addColumn('pool', 'text', (column) => column.notNull())
    .addColumn('fleet', 'text', (column) => column.notNull())
    .addColumn('machine', 'text', (column) => column.notNull())
    .addColumn('milli_cpu', 'integer', (column) => column.notNull())
    .addColumn('memory', 'integer', (column) => column.notNull())
    .addColumn('queued_at', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'integer', (column) => column.notNull())
    .addColumn('done_at', 'integer')
    .addColumn('conclusion', 'text')
    .execute()
  await db.schema.createIndex('run_done').on('run').column('done_at').execute()
  await db.schema.createIndex('run_work').on('run').column('work').execute()
}
