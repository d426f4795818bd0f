import { sql, type Kysely } from 'kysely'

/**
 * What people look for, beside the records: narrow rows in the order of the answer, so that even a search that finds
 * nothing walks a few megabytes. Triggers keep them; all of it is known when a record is made, and never changes.
 */
export async function createSearch(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...jobStatements, ...agentStatements]) await sql.raw(statement).execute(db)
}

const jobStatements = [
  `create table job_search (
     received_at integer not null, key text not null, text text not null, primary key (received_at, key)
   ) without rowid`,
  `insert into job_search select ${jobFacts('job')} from job`,
  `create trigger job_search_insert after insert on job begin
     insert into job_search values (${jobFacts('new')}); end`,
  `create trigger job_search_delete after delete on job begin
     delete from job_search where received_at = old.received_at and key = old.key; end`,
]

function jobFacts(row: string): string {
  const parts = ['repository', 'workflow', 'name', 'key', 'runId'].map((field) => `${row}.body ->> '$.${field}'`)
  return `${row}.received_at, ${row}.key, lower(concat_ws(char(10), ${parts.join(', ')}))`
}

const agentStatements = [
  `create table agent_machine (
     machine text not null, created_at integer not null, key text not null, primary key (machine, created_at, key)
   ) without rowid`,
  `insert into agent_machine select ${agentFacts('agent')} from agent`,
  `create trigger agent_machine_insert after insert on agent begin
     insert into agent_machine values (${agentFacts('new')}); end`,
  `create trigger agent_machine_delete after delete on agent begin
     delete from agent_machine
     where machine = old.body ->> '$.machine' and created_at = old.body ->> '$.createdAt' and key = old.key; end`,
]

function agentFacts(row: string): string {
  return `${row}.body ->> '$.machine', ${row}.body ->> '$.createdAt', ${row}.key`
}
