import type { Finding, Role } from '../commands.ts'
import type { Send } from './http.ts'
import type {
  Agent,
  CostReport,
  Explanation,
  Job,
  JobPage,
  JournalEntry,
  Machine,
  MachineView,
  Status,
  Token,
} from './types.ts'

export interface JobFilter {
  readonly state?: string
  readonly source?: string
  readonly repository?: string
  readonly after?: string
  readonly limit?: number
}

export interface CostFilter {
  readonly by: string
  /** As written: `30d`, `2026-01-31`. */
  readonly since: string
  readonly until?: string
  readonly pool?: string
  readonly repository?: string
}

export interface TokenWish {
  readonly name: string
  readonly roles: readonly Role[]
  readonly pools: readonly string[]
  readonly repositories: readonly string[]
  readonly images: readonly string[]
  /** As written: `30d`. */
  readonly ttl?: string
}

/** The admin API as the command line uses it. Every call rejects with CliError. */
export interface Api {
  status(): Promise<Status>
  jobs(filter: JobFilter): Promise<JobPage>
  job(key: string): Promise<Job>
  explain(key: string): Promise<Explanation>
  /** The last output of the job's agent, or its whole log out of the archive. */
  log(key: string, archived: boolean): Promise<string>
  agents(): Promise<readonly Agent[]>
  machines(): Promise<readonly MachineView[]>
  drain(machine: string, reason: string): Promise<Machine>
  undrain(machine: string): Promise<Machine>
  deleteMachine(machine: string, force: boolean): Promise<Machine>
  journal(query: { subject?: string; kind?: string; since?: number; limit?: number }): Promise<readonly JournalEntry[]>
  cost(filter: CostFilter): Promise<CostReport>
  /** The same as comma-separated values. */
  costCsv(filter: CostFilter): Promise<string>
  doctor(): Promise<readonly Finding[]>
  tokens(): Promise<readonly Token[]>
  createToken(wish: TokenWish): Promise<{ readonly token: Token; readonly secret: string }>
  revokeToken(name: string): Promise<void>
}

const DOCTOR_TIMEOUT_MS = 180_000
const LOG_TIMEOUT_MS = 600_000

export function createApi(send: Send): Api {
  const get = async <T>(path: string, query?: Readonly<Record<string, string | number | undefined>>) =>
    (await send({ method: 'GET', path, query })) as T
  const post = async <T>(path: string, body?: unknown) => (await send({ method: 'POST', path, body })) as T
  return {
    status: () => get('/api/v1/status'),
    jobs: (filter) => get('/api/v1/jobs', { ...filter }),
    job: (key) => get(jobPath(key)),
    explain: (key) => get(`${jobPath(key)}/explain`),
    log: async (key, archived) => {
      const path = `${jobPath(key)}/log${archived ? '/archived' : ''}`
      return String(await send({ method: 'GET', path, answer: 'text/plain', timeoutMs: LOG_TIMEOUT_MS }))
    },
    agents: async () => (await get<{ agents: Agent[] }>('/api/v1/agents')).agents,
    machines: async () => (await get<{ machines: MachineView[] }>('/api/v1/machines')).machines,
    drain: (key, reason) => post(`${machinePath(key)}/drain`, { reason }),
    undrain: (key) => post(`${machinePath(key)}/undrain`),
    deleteMachine: async (key, force) =>
      (await send({
        method: 'DELETE',
        path: machinePath(key),
        query: { force: force ? 'true' : undefined },
      })) as Machine,
    journal: async (query) => (await get<{ entries: JournalEntry[] }>('/api/v1/journal', { ...query })).entries,
    cost: (filter) => get('/api/v1/cost', { ...filter }),
    costCsv: async (filter) => {
      const query = { ...filter, format: 'csv' }
      return String(await send({ method: 'GET', path: '/api/v1/cost', query, answer: 'text/csv' }))
    },
    doctor: async () => {
      const request = { method: 'GET', path: '/api/v1/doctor', timeoutMs: DOCTOR_TIMEOUT_MS } as const
      return ((await send(request)) as { findings: Finding[] }).findings
    },
    tokens: async () => (await get<{ tokens: Token[] }>('/api/v1/tokens')).tokens,
    createToken: (wish) => post('/api/v1/tokens', wish),
    revokeToken: async (name) => {
      await send({ method: 'DELETE', path: `/api/v1/tokens/${encodeURIComponent(name)}` })
    },
  }
}

function jobPath(key: string): string {
  return `/api/v1/jobs/${encodeURIComponent(key)}`
}

function machinePath(key: string): string {
  return `/api/v1/machines/${encodeURIComponent(key)}`
}
