import { createHash, randomBytes } from 'node:crypto'
import type { Agent } from '../../src/domain/agent.ts'
import type { DoctorFinding } from '../../src/domain/ports/doctor.ts'
import { BadInput, Conflict, NotFound, Refused } from '../../src/domain/errors.ts'
import { jobKey, type Job } from '../../src/domain/jobs/job.ts'
import type { JournalEntry } from '../../src/domain/journal.ts'
import type { LiveChange, LiveMachine, Now } from '../../src/domain/console/live.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { Policy } from '../../src/domain/console/policy.ts'
import type { Audited } from '../../src/domain/ports/console.ts'
import type { JobSubmission, MachineView, Operations, Status } from '../../src/domain/ports/operations.ts'
import { aBudgetView, aCostReport, aJobCost } from './costs.ts'
import type { Pushed } from '../../src/domain/ports/source.ts'
import type { Role, Token } from '../../src/domain/token.ts'

/** The moment at which everything in the fake happens. */
export const FAKE_NOW = 1_700_000_000_000

/** What the tests of callers look into and turn. */
export interface OperationsFake extends Operations {
  readonly received: { readonly source: string; readonly pushed: Pushed }[]
  readonly submitted: { readonly submission: JobSubmission; readonly by: string }[]
  readonly cancelled: { readonly job: string; readonly by: string }[]
  readonly deleted: { readonly machine: string; readonly force: boolean; readonly by: string }[]
  readonly drained: { readonly machine: string; readonly reason: string; readonly by: string }[]
  /** Who made or revoked a token. */
  readonly tokensBy: { readonly name: string; readonly by: string }[]
  readonly audited: Audited[]
  /** The queries of `jobs` and `journal`, in order. */
  readonly queries: object[]
  readonly store: {
    readonly jobs: Map<string, Job>
    readonly tails: Map<string, string>
    /** Whole logs in the archive, by job. */
    readonly logs: Map<string, readonly Uint8Array[]>
    readonly agents: Agent[]
    readonly machines: Map<string, MachineView>
    readonly journal: JournalEntry[]
    readonly findings: DoctorFinding[]
    problems: string[]
  }
  /** The next call of the operation waits for `gate`, if given, then rejects with `error`, if given. */
  next(operation: keyof Operations, what: { readonly error?: unknown; readonly gate?: Promise<void> }): void
  /** What those who watch are told of. */
  tell(change: Omit<LiveChange, 'seq' | 'at'>): void
  watching(): number
  /** A token that is valid from the start; returns its secret. */
  addToken(roles: readonly Role[], bounds?: Partial<Token>): string
}

/** Operations in memory: no loops, no store, one answer a call. */
export function createOperationsFake(): OperationsFake {
  const planned = new Map<keyof Operations, { readonly error?: unknown; readonly gate?: Promise<void> }>()
  const deliveries = new Set<string>()
  const tokens = new Map<string, Token>()
  const byKey = new Map<string, string>()
  const watchers = new Set<(change: LiveChange) => void>()
  const liveMachines = new Map<string, LiveMachine>()
  let liveSeq = 1
  const store: OperationsFake['store'] = {
    jobs: new Map(),
    tails: new Map(),
    logs: new Map(),
    agents: [],
    machines: new Map(),
    journal: [],
    findings: [],
    problems: [],
  }

  async function enter(operation: keyof Operations): Promise<void> {
    const what = planned.get(operation)
    planned.delete(operation)
    await what?.gate
    if (what?.error !== undefined) throw what.error
  }

  function addToken(
    name: string,
    roles: readonly Role[],
    bounds: Partial<Token> = {},
  ): { token: Token; secret: string } {
    const secret = randomBytes(18).toString('base64url')
    const hash = createHash('sha256').update(secret).digest('hex')
    const none = { pools: [], repositories: [], images: [] }
    const token: Token = { name, hash, roles, ...none, createdAt: FAKE_NOW, ...bounds }
    tokens.set(name, token)
    return { token, secret }
  }

  function machine(key: string): MachineView {
    const found = store.machines.get(key)
    if (!found) throw new NotFound(`no machine ${key}`)
    return found
  }

  function withCordon(key: string, cordon: Machine['cordon']): MachineView {
    const changed = { ...machine(key), cordon }
    store.machines.set(key, changed)
    return changed
  }

  const fake: OperationsFake = {
    received: [],
    submitted: [],
    cancelled: [],
    drained: [],
    deleted: [],
    tokensBy: [],
    audited: [],
    queries: [],
    store,
    next: (operation, what) => void planned.set(operation, what),
    addToken: (roles, bounds) => addToken(bounds?.name ?? `token-${tokens.size}`, roles, bounds).secret,

    async receive(source, pushed) {
      await enter('receive')
      const id = `${source}/${pushed.delivery}`
      if (deliveries.has(id)) return 'duplicate'
      deliveries.add(id)
      fake.received.push({ source, pushed })
      return 'stored'
    },

    async deleteMachine(key, { force }, by) {
      await enter('deleteMachine')
      fake.deleted.push({ machine: key, force, by })
      return machine(key)
    },

    async submit(submission, token, by = token.name) {
      await enter('submit')
      fake.submitted.push({ submission, by })
      const known = submission.idempotencyKey && byKey.get(submission.idempotencyKey)
      const same = known && store.jobs.get(known)
      if (same) return { job: same, created: false }
      const job = toJob(submission, store.jobs.size + 1)
      store.jobs.set(job.key, job)
      if (submission.idempotencyKey) byKey.set(submission.idempotencyKey, job.key)
      return { job, created: true }
    },

    async cancel(key, by) {
      await enter('cancel')
      const job = store.jobs.get(key)
      if (!job) throw new NotFound(`no job ${key}`)
      if (!job.request) throw new Refused('this source can not cancel')
      fake.cancelled.push({ job: key, by })
      const changed: Job = { ...job, version: job.version + 1, cancelRequestedAt: FAKE_NOW }
      store.jobs.set(key, changed)
      return changed
    },

    async status() {
      await enter('status')
      return emptyStatus
    },
    async job(key) {
      await enter('job')
      return store.jobs.get(key)
    },
    async jobs(query) {
      await enter('jobs')
      fake.queries.push(query)
      const all = [...store.jobs.values()].filter((job) => !query.state || job.state === query.state).reverse()
      const jobs = all.slice(0, query.limit)
      return { jobs, next: all.length > jobs.length ? jobs.at(-1)?.key : undefined }
    },
    async explain(key) {
      await enter('explain')
      const job = store.jobs.get(key)
      if (!job) return undefined
      const log = store.logs.get(key)
      const bytes = log?.reduce((sum, chunk) => sum + chunk.length, 0)
      const kept = log && ({ state: 'kept', url: `https://archive.example.com/${key}.log`, bytes } as const)
      return { job, words: ['it waits'], waits: [], history: [], binding: 'exact', ...(kept && { log: kept }) }
    },
    async tail(key) {
      await enter('tail')
      return store.tails.get(key)
    },
    async log(key) {
      await enter('log')
      const chunks = store.logs.get(key)
      if (!chunks) throw new NotFound(`no log of job ${key} is in the archive`)
      return (async function* () {
        yield* chunks
      })()
    },
    async cost(question) {
      await enter('cost')
      fake.queries.push(question)
      return aCostReport(question)
    },
    async jobCost(key) {
      await enter('jobCost')
      return store.jobs.get(key)?.startedAt === undefined ? undefined : aJobCost
    },
    async agents() {
      await enter('agents')
      return store.agents
    },
    async machines() {
      await enter('machines')
      return [...store.machines.values()]
    },
    async journal(query) {
      await enter('journal')
      fake.queries.push(query)
      return store.journal.slice(0, query.limit)
    },
    async drain(key, reason, by) {
      await enter('drain')
      const cordoned = withCordon(key, { reason, by, at: FAKE_NOW })
      fake.drained.push({ machine: key, reason, by })
      return cordoned
    },
    async undrain(key, by) {
      await enter('undrain')
      fake.drained.push({ machine: key, reason: '', by })
      return withCordon(key, undefined)
    },
    async doctor() {
      await enter('doctor')
      return store.findings
    },

    async tokens() {
      await enter('tokens')
      return [...tokens.values()]
    },
    async createToken({ name, roles, pools, repositories, images, ttlMs }, by) {
      await enter('createToken')
      fake.tokensBy.push({ name, by })
      if (tokens.has(name)) throw new Conflict(`the name ${name} is in use`)
      if (roles.length === 0) throw new BadInput('no roles')
      const expiresAt = ttlMs === undefined ? undefined : FAKE_NOW + ttlMs
      return addToken(name, roles, {
        pools: pools ?? [],
        repositories: repositories ?? [],
        images: images ?? [],
        expiresAt,
      })
    },
    async revokeToken(name, by) {
      await enter('revokeToken')
      fake.tokensBy.push({ name, by })
      const token = tokens.get(name)
      if (!token) throw new NotFound(`no token ${name}`)
      tokens.set(name, { ...token, revokedAt: FAKE_NOW })
    },
    async authenticate(secret) {
      await enter('authenticate')
      const hash = createHash('sha256').update(secret).digest('hex')
      return [...tokens.values()].find((token) => token.hash === hash && token.revokedAt === undefined)
    },
    async now() {
      await enter('now')
      return { ...aNow, seq: liveSeq, machines: [...liveMachines.values()] }
    },
    watch(onChange) {
      watchers.add(onChange)
      return () => void watchers.delete(onChange)
    },
    tell(change) {
      liveSeq++
      for (const live of change.machines ?? []) liveMachines.set(live.key, live)
      for (const key of change.gone ?? []) liveMachines.delete(key)
      for (const watcher of watchers) watcher({ seq: liveSeq, at: FAKE_NOW, ...change })
    },
    watching: () => watchers.size,
    async timeline(key) {
      await enter('timeline')
      const job = store.jobs.get(key)
      return job && { job, steps: [{ step: 'queued', at: job.queuedAt ?? FAKE_NOW }] }
    },
    async machine(key) {
      await enter('machine')
      const found = store.machines.get(key)
      const states = found ? [{ state: found.state, from: found.createdAt }] : []
      return found && { machine: found, reason: 'given by hand', states, cordons: [], agents: [] }
    },
    policy: () => aPolicy,
    async audit(audited) {
      await enter('audit')
      fake.audited.push(audited)
    },
    async health() {
      await enter('health')
      return { ready: store.problems.length === 0, problems: store.problems }
    },
  }
  return fake
}

const aNow: Now = {
  seq: 1,
  at: FAKE_NOW,
  version: '0.0.0',
  owner: 'test',
  startedAt: FAKE_NOW,
  problems: [],
  jobs: { waiting: 0, queued: 1, running: 0 },
  queue: [],
  pools: [],
  fleets: [],
  machines: [],
}

const aPolicy: Policy = {
  timeZone: 'UTC',
  pools: [],
  fleets: [
    {
      name: 'cloud',
      provider: 'azure',
      os: 'linux',
      zone: 'internal',
      reserve: { milliCpu: 100, memory: 1, disk: 1 },
      burst: { cpu: 1 },
      spread: 'none',
      week: [
        {
          fromMinute: 0,
          toMinute: 10_080,
          what: {
            limits: { moneyPerDay: { nanos: 120_000_000_000n, currency: 'USD' } },
            warm: { machines: 0, stopped: 0 },
          },
        },
      ],
    },
  ],
}

const emptyStatus: Status = {
  version: '0.0.0',
  owner: 'test',
  startedAt: FAKE_NOW,
  jobs: { waiting: 0, queued: 1, running: 0, done: 0 },
  pools: [{ name: 'linux', queued: 1, agents: { idle: 1 }, standby: 0, limit: 10 }],
  machines: { ready: 1 },
  scopes: [{ source: 'gh', name: 'acme', binding: 'free', width: { repositories: 'all', allowsPublic: false } }],
  backoffs: [{ target: 'machine:m1', failures: 2, until: FAKE_NOW, error: 'no answer' }],
  waits: [
    {
      source: 'gh',
      scope: 'acme',
      requirement: { kind: 'expression', expression: { op: 'label', label: 'linux' }, matchCase: true },
      code: 'no-machine',
      count: 1,
      reason: 'no machine is ready',
      next: 'it starts when one is',
    },
  ],
  staleness: { gh: FAKE_NOW },
  problems: [],
  budgets: [aBudgetView],
}

function toJob(submission: JobSubmission, number: number): Job {
  const named = { source: submission.source, externalId: `e${number}`, attempt: 1 }
  return {
    ...named,
    key: jobKey(named),
    version: 1,
    state: 'queued',
    scope: submission.source,
    requirement: submission.pool
      ? { kind: 'pool', pool: submission.pool }
      : { kind: 'all', labels: submission.labels ?? [], matchCase: false },
    origin: 'trusted',
    repository: submission.repository,
    workflow: submission.workflow ?? '',
    name: submission.name ?? '',
    request: {
      image: submission.image,
      command: submission.command,
      env: submission.env,
      resources: {
        milliCpu: submission.resources?.milliCpu ?? 0,
        memory: submission.resources?.memory ?? 0,
        disk: submission.resources?.disk ?? 0,
      },
      timeoutMs: submission.timeoutMs ?? 0,
    },
    ambiguous: false,
    seenAt: FAKE_NOW,
    receivedAt: FAKE_NOW,
    queuedAt: FAKE_NOW,
  }
}
