import { isLiveAgent } from '../../domain/agent.ts'
import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import { NotFound, Refused, StoreUnavailable, Unauthorized } from '../../domain/errors.ts'
import { jobKey, type Job, type JobObservation, type JobState } from '../../domain/jobs/job.ts'
import type { JournalEntry } from '../../domain/journal.ts'
import type { Machine } from '../../domain/machine.ts'
import type { JobSubmission, Operations, PoolView, Status } from '../../domain/ports/operations.ts'
import { matchesAny, matchesAnyExactly } from '../../domain/jobs/pattern.ts'
import type { Costs } from '../../domain/ports/costs.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Store } from '../../domain/ports/store.ts'
import type { Token } from '../../domain/token.ts'
import { bindingWords, explainJob } from '../../planner/explain.ts'
import { journal, type Context } from '../context.ts'
import { snapshot } from '../decide.ts'
import { observe, receive } from '../observing/receive.ts'
import type { Reconciler } from '../reconciler.ts'
import { retrying } from '../retrying.ts'
import { change } from '../state.ts'
import { deleteMachine } from './delete-machine.ts'
import { archivedLog, logOf } from './archived-log.ts'
import { createConsole } from './console.ts'
import { budgetViews, costWords } from './costs.ts'
import { viewOfMachine } from './machine-view.ts'
import { authenticate, createToken, revokeToken } from './tokens.ts'

export interface OperationsOptions {
  readonly version: string
  readonly startedAt: number
  /** Turns a submission into a job of an `http` source, or throws BadInput. */
  readonly submission: (submission: JobSubmission, pools: readonly Pool[], now: number) => JobObservation
  readonly doctor: () => Promise<readonly DoctorFinding[]>
  readonly costs: Costs
}

export function createOperations(context: Context, reconciler: Reconciler, options: OperationsOptions): Operations {
  const { store, state, clock } = context
  const find = async (key: string) => state.jobs.get(key) ?? (await store.get('job', key))
  const { version, startedAt } = options
  const seen = {
    version,
    startedAt,
    plan: () => reconciler.plan(),
    health: () => health(context, reconciler),
    costOf: (machine: Machine) => options.costs.ofMachine(machine),
  }
  return {
    ...createConsole(context, seen),
    receive: (source, pushed) => receive(context, source, pushed),
    submit: (submission, token, by) => submit(context, options, submission, token, by),
    cancel: (key, by) => retrying(() => cancel(context, key, by)),
    async status() {
      const { problems } = await health(context, reconciler)
      return { ...status(context, reconciler, options), problems }
    },
    job: find,
    async jobs(query) {
      const jobs = await store.jobs(query)
      return { jobs, next: jobs.length === query.limit ? jobs.at(-1)?.key : undefined }
    },
    async explain(key) {
      const job = await find(key)
      if (!job) return undefined
      const agent = job.agent === undefined ? undefined : state.agents.get(job.agent)
      const facts = snapshot(context)
      const history = await historyOf(store, job)
      const { words, pool, waits } = explainJob(facts, reconciler.plan()?.waits ?? [], job, agent, clock.wall())
      const [log, cost] = await Promise.all([logOf(context, job), options.costs.ofJob(job)])
      words.push(...(await costWords(context, job, cost)))
      const binding = bindingWords(facts, job)
      return { job, agent, pool, words, waits, history, binding, ...(log && { log }), ...(cost && { cost }) }
    },
    async tail(key) {
      const job = await find(key)
      return job?.agent === undefined ? undefined : tailOf(context, job.agent)
    },
    async log(key) {
      const job = await find(key)
      if (!job) throw new NotFound(`no job ${key}; it may be older than the retention`)
      return archivedLog(context, job)
    },
    async agents() {
      return [...state.agents.values()].filter(isLiveAgent)
    },
    async machines() {
      return [...state.machines.values()].map((machine) => viewOfMachine(context, machine))
    },
    journal: (query) => store.journal(query),
    cost: (question) => options.costs.report(question),
    async jobCost(key) {
      const job = await find(key)
      return job && options.costs.ofJob(job)
    },
    drain: (machine, reason, by) => retrying(() => cordon(context, machine, { reason, by, at: clock.wall() })),
    undrain: (machine, by) => retrying(() => cordon(context, machine, undefined, by)),
    deleteMachine: (machine, { force }, by) => retrying(() => deleteMachine(context, machine, force, by)),
    doctor: options.doctor,
    tokens: () => store.tokens(),
    createToken: (wanted, by) => createToken(store, wanted, clock.wall(), by),
    revokeToken: (name, by) => revokeToken(store, name, clock.wall(), by),
    authenticate: (secret) => authenticate(store, secret, clock.wall()),
    health: () => health(context, reconciler),
  }
}

/** From the container while there is one, then what was kept of it. */
async function tailOf(context: Context, key: string): Promise<string | undefined> {
  const agent = context.state.agents.get(key)
  const runtime = agent && context.runtimes.of(agent.machine)
  try {
    if (runtime) return await runtime.tail(key, 64 * 1024)
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
  }
  return context.store.tail(key)
}

/** What was done about the job and its agent, newest first. */
async function historyOf(store: Store, job: Job): Promise<JournalEntry[]> {
  const subjects = [`job:${job.key}`, ...(job.agent === undefined ? [] : [`agent:${job.agent}`])]
  const entries = await Promise.all(subjects.map((subject) => store.journal({ subject, limit: 50 })))
  return entries.flat().sort((a, b) => b.at - a.at)
}

async function submit(
  context: Context,
  { submission }: OperationsOptions,
  wanted: JobSubmission,
  token: Token,
  by = token.name,
): Promise<{ job: Job; created: boolean }> {
  refuseBeyond(token, wanted)
  const observation = submission(wanted, context.wanted().pools, context.clock.wall())
  const key = jobKey(observation)
  const known = context.state.jobs.get(key) ?? (await context.store.get('job', key))
  if (known) return { job: known, created: false }
  await observe(context, [observation], [journal(context, 'submit-job', `job:${key}`, 'asked for', 'done', by)])
  const job = context.state.jobs.get(key) ?? (await context.store.get('job', key))
  if (!job) throw new StoreUnavailable(`job ${key} was stored and is not there`)
  return { job, created: true }
}

/** A token may be bound to pools, repositories and images; a submission must then name a pool of its own. */
function refuseBeyond(by: Token, wanted: JobSubmission): void {
  const problems: string[] = []
  if (by.pools.length > 0 && !(wanted.pool && matchesAny(by.pools, wanted.pool)))
    problems.push(`token ${by.name} may submit to pools ${by.pools.join(', ')}: name one of them as "pool"`)
  if (by.repositories.length > 0 && !matchesAny(by.repositories, wanted.repository))
    problems.push(`token ${by.name} may submit for repositories ${by.repositories.join(', ')}`)
  if (by.images.length > 0 && !matchesAnyExactly(by.images, wanted.image))
    problems.push(`token ${by.name} may submit images ${by.images.join(', ')}`)
  if (problems.length > 0) throw new Unauthorized(`the token does not allow this job: ${problems.join('; ')}`)
}

async function cancel(context: Context, key: string, by: string): Promise<Job> {
  const job = context.state.jobs.get(key)
  if (!job) {
    const past = await context.store.get('job', key)
    if (past) return past
    throw new NotFound(`there is no job ${key}`)
  }
  if (!job.request) throw new Refused(`jobs of source ${job.source} are cancelled there, not here`)
  const now = context.clock.wall()
  const unbegun = job.agent === undefined
  const patch: Partial<Job> = unbegun
    ? { cancelRequestedAt: now, state: 'done', conclusion: 'cancelled', doneAt: now }
    : { cancelRequestedAt: now }
  const put = change('job', job, patch)
  await context.state.commit([put, journal(context, 'cancel-job', `job:${key}`, 'cancelled', 'intended', by)])
  return put.record
}

async function cordon(context: Context, key: string, wanted: Machine['cordon'], by = wanted?.by): Promise<Machine> {
  const machine = context.state.machines.get(key)
  if (!machine) throw new NotFound(`there is no machine ${key}`)
  // Who takes a machine back into use also takes back that it was to be deleted.
  const made = wanted || !machine.made ? machine.made : { ...machine.made, endReason: undefined }
  const put = change('machine', machine, { cordon: wanted, made })
  const kind = wanted ? 'cordon-machine' : 'uncordon-machine'
  await context.state.commit([
    put,
    journal(context, kind, `machine:${key}`, wanted?.reason ?? 'cordon lifted', 'done', by),
  ])
  return put.record
}

function status(
  context: Context,
  reconciler: Reconciler,
  { version, startedAt }: OperationsOptions,
): Omit<Status, 'problems'> {
  const jobs: Record<JobState, number> = { waiting: 0, queued: 0, running: 0, done: 0 }
  for (const job of context.state.jobs.values()) jobs[job.state]++
  const machines: Record<string, number> = {}
  for (const { state } of context.state.machines.values()) machines[state] = (machines[state] ?? 0) + 1
  const facts = snapshot(context)
  const waits = reconciler.plan()?.waits ?? []
  return {
    version,
    owner: context.owner,
    startedAt,
    jobs,
    pools: facts.pools.map((pool) => poolView(context, pool, waits)),
    machines,
    scopes: facts.scopes,
    backoffs: facts.backoffs.filter(({ until }) => until > context.clock.wall()),
    waits,
    staleness: stalenessBySource(context),
    budgets: budgetViews(context),
  }
}

function poolView(context: Context, pool: Pool, waits: Status['waits']): PoolView {
  const agents: Record<string, number> = {}
  for (const agent of context.state.agents.values())
    if (agent.pool === pool.name) agents[agent.state] = (agents[agent.state] ?? 0) + 1
  const standby = [...context.state.containers.values()].filter((c) => c.pool === pool.name && !c.agent).length
  const own = waits.filter((group) => group.pool === pool.name)
  const broken = own.find((group) => group.code === 'pool-broken')?.reason
  const queued = own.reduce((sum, group) => sum + group.count, 0)
  return { name: pool.name, queued, agents, standby, limit: pool.limits.agents, broken }
}

export function stalenessBySource(context: Context): Record<string, number> {
  const oldest: Record<string, number> = {}
  for (const [key, since] of context.known.staleSince) {
    const source = key.slice(0, key.indexOf('/'))
    oldest[source] = Math.min(oldest[source] ?? Infinity, since)
  }
  return oldest
}

/** A loop that has not had a good turn for this long is stuck. */
const stuckMs = 60_000

async function health(context: Context, reconciler: Reconciler): Promise<{ ready: boolean; problems: string[] }> {
  const problems: string[] = []
  const deciding = reconciler.loops.find((loop) => loop.name === 'decide')
  const last = deciding?.lastGoodRun()
  if (last === undefined) problems.push('no plan has been made yet')
  else if (context.clock.wall() - last > stuckMs) problems.push('no plan could be made for a minute')
  try {
    await context.store.commit([{ kind: 'setting', key: 'health', value: String(context.clock.wall()) }])
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  return { ready: problems.length === 0, problems }
}
