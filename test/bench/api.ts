import { readFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { jobKey, type Conclusion, type Job } from '../../src/domain/jobs/job.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { seededRandom } from '../fakes/random.ts'
import { atMost, quantile, rounded, type Benchmark } from './benchmark.ts'
import { flood } from './load/flood.ts'
import { createMessages } from './load/messages.ts'
import { pause } from './load/pause.ts'
import { processorSeconds } from './load/processor-seconds.ts'
import { build, startBuiltService, type ServerProcess } from './load/server-process.ts'
import { createSetting } from './load/setting.ts'

const stored = 100_000
const watchers = 200
const connections = 4
const warmUpMs = 3000
const measuredMs = 20_000
/** Something changes every second, so that every second is told to everybody. */
const pushEveryMs = 100

/** What people ask, each as often as the others. */
const questions: Readonly<Record<string, string>> = {
  newest: '/api/v1/jobs',
  state: '/api/v1/jobs?state=done&limit=50',
  repository: '/api/v1/jobs?repository=acme/service-7&limit=50',
  deep: `/api/v1/jobs?limit=50&after=${encodeURIComponent('old/50000/1')}`,
  search: '/api/v1/jobs?search=service-7%20nightly&limit=50',
  /** Looks through everything. */
  nothing: '/api/v1/jobs?search=no-such-job&limit=50',
}

/**
 * `/api/v1/jobs` of the built service with 100,000 jobs in its file, while 200 pages watch the live picture and jobs
 * keep coming. Each answer is read to its end before the next is asked for, on four connections.
 */
export const api: Benchmark = {
  goals: { p99_ms: atMost(50) },
  run: async (say) => {
    build()
    await using setting = await createSetting({ engineUrl: 'unix:///nonexistent/engine.sock', owner: 'bench-api' })
    await fill(setting.databasePath)
    say(`${stored} jobs stored`)
    const service = await startBuiltService(setting.configPath)
    const token = (await readFile(`${setting.databasePath}.token`, 'utf8')).trim()
    const live = Array.from({ length: watchers }, () => watch(service, token))
    let over = false
    try {
      const messages = createMessages(setting.github, Math.ceil((2 * (warmUpMs + measuredMs)) / pushEveryMs))
      const pushing = push(service, messages, () => over)
      await Promise.all(live.map(({ opened }) => opened))
      await ask(service, token, warmUpMs)
      const before = live.map(({ events }) => events())
      const worked = await processorSeconds(service.pid)
      const { times, seconds } = await ask(service, token, measuredMs)
      const answers = [...times.values()].flat().length
      const each = (((await processorSeconds(service.pid)) - worked) * 1000) / answers
      say(`${rounded(each, 1)} ms of processor time for each of ${answers} answers, with all else that it does`)
      over = true
      await pushing
      const told = Math.min(...live.map(({ events }, place) => events() - (before[place] ?? 0)))
      say(`each page was told of ${told} changes or more in ${rounded(seconds, 0)} s`)
      if (told < seconds / 2) throw new Error('the pages were not told of what changed')
      return figuresOf(times, seconds)
    } finally {
      for (const page of live) page.leave()
      await service.kill()
    }
  },
}

function figuresOf(times: ReadonlyMap<string, readonly number[]>, seconds: number): Record<string, number> {
  const all = [...times.values()].flat()
  const each = [...times].map(([name, own]) => [`${name}_p99_ms`, rounded(quantile(own, 0.99), 1)] as const)
  return {
    rate: rounded(all.length / seconds, 0),
    p50_ms: rounded(quantile(all, 0.5), 1),
    p99_ms: rounded(quantile(all, 0.99), 1),
    ...Object.fromEntries(each),
  }
}

/** Jobs that are over, as a busy organization leaves them in a month. */
async function fill(path: string): Promise<void> {
  const store = await openSqliteStore({ path, clock: systemClock })
  const random = seededRandom(1)
  const end = systemClock.wall()
  for (let from = 0; from < stored; from += 1000) {
    const jobs = Array.from({ length: 1000 }, (_, i) => pastJob(from + i, end, random))
    await store.commit(jobs.map((record) => ({ kind: 'put', table: 'job', record, expect: null })))
  }
  await store.close()
}

const conclusions: readonly Conclusion[] = ['success', 'success', 'success', 'failure', 'cancelled']

function pastJob(number: number, end: number, random: () => number): Job {
  const named = { source: 'old', externalId: String(number), attempt: 1 }
  const receivedAt = end - (stored - number) * 20_000
  const pick = (count: number): number => Math.floor(random() * count)
  return {
    ...named,
    key: jobKey(named),
    version: 1,
    state: 'done',
    scope: 'acme',
    requirement: { kind: 'all', labels: ['self-hosted', 'linux', 'x64'], matchCase: false },
    origin: 'trusted',
    repository: `acme/service-${pick(200)}`,
    workflow: ['CI', 'Release', 'Nightly', 'Deploy'][pick(4)] ?? '',
    name: `build (${pick(30)}, ubuntu-24.04)`,
    runId: String(9_000_000_000 + number),
    url: `https://github.example.com/acme/service/actions/runs/${number}`,
    ambiguous: false,
    seenAt: receivedAt + 90_000,
    receivedAt,
    queuedAt: receivedAt,
    startedAt: receivedAt + 5000,
    doneAt: receivedAt + 90_000,
    conclusion: conclusions[pick(conclusions.length)],
    takenBy: `slipway-acme-${number}-1`,
    agent: `agent${number}`,
  }
}

interface Page {
  readonly opened: Promise<void>
  readonly events: () => number
  leave(): void
}

/** A page that watches: it reads what comes, and counts the pieces. */
function watch({ adminUrl }: ServerProcess, token: string): Page {
  const { port, host } = new URL(adminUrl)
  let pieces = 0
  const socket: Socket = connect({ host: '127.0.0.1', port: Number(port) })
  const headers = [`host: ${host}`, `authorization: Bearer ${token}`, 'accept-encoding: gzip']
  socket.write(`GET /api/v1/live HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
  const opened = new Promise<void>((resolve, reject) => {
    socket.on('data', () => {
      pieces++
      resolve()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('a page was let go')))
  })
  return { opened, events: () => pieces, leave: () => void socket.destroy() }
}

async function push({ url }: ServerProcess, messages: ReturnType<typeof createMessages>, isOver: () => boolean) {
  for (const message of messages) {
    if (isOver()) return
    await flood({ url: `${url}/hooks/github/github`, messages: [message], connections: 1, onAnswer: () => undefined })
    await pause(pushEveryMs)
  }
}

async function ask({ adminUrl }: ServerProcess, token: string, ms: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const headers = { authorization: `Bearer ${token}` }
  const times = new Map<string, number[]>(Object.keys(questions).map((name) => [name, []]))
  const began = performance.now()
  const asking = Array.from({ length: connections }, async (_, first) => {
    for (let turn = first; performance.now() - began < ms; turn++) {
      const [name, path] = Object.entries(questions)[turn % Object.keys(questions).length] ?? ['', '']
      const from = performance.now()
      await read(`${adminUrl}${path}`, { agent, headers })
      times.get(name)?.push(performance.now() - from)
    }
  })
  await Promise.all(asking)
  agent.destroy()
  return { times, seconds: (performance.now() - began) / 1000 }
}

function read(
  url: string,
  options: { readonly agent: Agent; readonly headers: Record<string, string> },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} was answered ${response.statusCode}`))
      response.on('end', resolve)
      response.resume()
    })
    request.on('error', reject)
  })
}
