import Docker from 'dockerode'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { setStage, type Stage } from '../../../src/demo/stage.ts'
import { newId } from '../../../src/kit/ids.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'
import { findEngine } from '../../../src/runtimes/docker/connection/find-engine.ts'
import { freePort, startProcess, type ServiceProcess } from './process.ts'
import { until } from './until.ts'

const secret = `env-secret-${newId(20)}`
let stage: Stage
let service: ServiceProcess
let token: string
let api: string

interface JobAnswer {
  readonly key: string
  readonly state: string
  readonly conclusion?: string
  readonly exitCode?: number
}

beforeAll(async () => {
  const engine = await findEngine(process.env, systemClock)
  if (!engine.found || engine.endpoint.kind !== 'unix') throw new Error('the test needs an engine on a socket')
  const { path } = engine.endpoint
  const adminPort = await freePort()
  const publicPort = await freePort()
  stage = await setStage({
    docker: new Docker({ socketPath: path }),
    engineUrl: `unix://${path}`,
    owner: `test-${newId(6)}`,
    seed: 1,
    config: { publicPort, adminPort, logLevel: 'debug' },
  })
  stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
  await addPushSource()
  service = await startProcess(stage.configPath)
  token = (await readFile(`${stage.directory}/slipway.db.token`, 'utf8')).trim()
  api = `http://127.0.0.1:${adminPort}/api/v1`
})

afterAll(async () => {
  await service.stop()
  await stage.clear()
})

async function addPushSource(): Promise<void> {
  const config = parse(await readFile(stage.configPath, 'utf8')) as { sources: object[]; pools: object[] }
  const pushed = { ...config.pools[0], name: 'pushed', serves: [{ source: 'push' }], maxResources: { memory: '128Mi' } }
  const sources = [...config.sources, { kind: 'http', name: 'push' }]
  const archive = { directory: { path: 'logs' } }
  await writeFile(stage.configPath, stringify({ ...config, archive, sources, pools: [...config.pools, pushed] }))
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const content = init.body === undefined ? {} : { 'content-type': 'application/json' }
  const headers = { authorization: `Bearer ${token}`, ...content }
  return fetch(`${api}${path}`, { ...init, headers })
}

async function push(job: object): Promise<JobAnswer> {
  const body = JSON.stringify({ pool: 'pushed', image: stage.image, repository: 'acme/web', ...job })
  const answer = await call('/jobs', { method: 'POST', body })
  expect(answer.status).toBe(201)
  return (await answer.json()) as JobAnswer
}

async function look(key: string): Promise<JobAnswer> {
  return (await (await call(`/jobs/${encodeURIComponent(key)}`)).json()) as JobAnswer
}

async function ended(key: string): Promise<JobAnswer> {
  await until(async () => (await look(key)).state === 'done', stage.github)
  return look(key)
}

const sh = (script: string) => ({ command: ['sh', '-c', script] })

test('a command runs with its environment; its exit code is the result and its output is kept', async () => {
  const good = await push({ ...sh('echo "got $SECRET" | cut -c1-14'), env: { SECRET: secret } })
  const bad = await push(sh('echo no; exit 3'))
  expect(await ended(good.key)).toMatchObject({ conclusion: 'success', exitCode: 0 })
  expect(await ended(bad.key)).toMatchObject({ conclusion: 'failure', exitCode: 3 })
  await until(async () => (await stage.left()) === 0, stage.github)
  expect(await (await call(`/jobs/${encodeURIComponent(good.key)}/log`)).text()).toContain('got env-secret')
  expect(JSON.stringify(await look(good.key))).not.toContain(secret)
})

test('the whole log is in the archive, in a file that explain names', async () => {
  const { key } = await push(sh('echo begin; seq 1 100000; echo end'))
  await ended(key)
  await until(async () => (await stage.left()) === 0, stage.github)
  const { log } = (await (await call(`/jobs/${encodeURIComponent(key)}/explain`)).json()) as {
    log?: { url: string; bytes: number }
  }
  const file = await readFile(new URL(log?.url ?? ''), 'utf8')
  expect(file).toHaveLength(log?.bytes ?? 0)
  expect(file).toMatch(/^\[slipway\] agent .*\n\[slipway\] job {6}push\/.* of acme\/web\n/)
  const lines = file.slice(file.indexOf('\n\n') + 2).split('\n')
  expect([lines.length, lines[0], lines[1], ...lines.slice(-3)]).toEqual([100_003, 'begin', '1', '100000', 'end', ''])
  expect(await (await call(`/jobs/${encodeURIComponent(key)}/log/archived`)).text()).toBe(file)
})

test('the same idempotency key is the same job', async () => {
  const job = { ...sh('true'), idempotencyKey: 'build-1' }
  const first = await push(job)
  const again = await call('/jobs', {
    method: 'POST',
    body: JSON.stringify({ pool: 'pushed', image: stage.image, repository: 'acme/web', ...job }),
  })
  expect(again.status).toBe(200)
  expect(((await again.json()) as JobAnswer).key).toBe(first.key)
  await ended(first.key)
})

test('a cancelled job ends, one past its timeout too, and so does one that wants more memory than it has', async () => {
  const cancelled = await push(sh('sleep 600'))
  const late = await push({ ...sh('sleep 600'), timeout: '1s' })
  const greedy = await push({ ...sh('tail /dev/zero'), resources: { memory: '16Mi' } })
  await until(async () => (await look(cancelled.key)).state !== 'queued', stage.github)
  expect((await call(`/jobs/${encodeURIComponent(cancelled.key)}/cancel`, { method: 'POST' })).status).toBe(200)
  expect(await ended(cancelled.key)).toMatchObject({ conclusion: 'cancelled' })
  expect(await ended(late.key)).toMatchObject({ conclusion: 'timed_out' })
  expect(await ended(greedy.key)).toMatchObject({ conclusion: 'failure' })
})

test('what the pool does not allow is refused, all of it at once', async () => {
  const body = {
    pool: 'pushed',
    image: 'elsewhere/evil:1',
    repository: 'acme/web',
    command: ['true'],
    resources: { memory: '4Gi' },
  }
  const answer = await call('/jobs', { method: 'POST', body: JSON.stringify(body) })
  expect(answer.status).toBe(400)
  const { error } = (await answer.json()) as { error: { problems: string[] } }
  expect(error.problems.join()).toMatch(/memory.*image|image.*memory/s)
})

test('no secret is in any output, at the most talkative level', async () => {
  const github = stage.github.submit({ repository: 'acme/web', labels: ['self-hosted', 'linux'], script: 'true' })
  await stage.github.settled()
  expect(github.conclusion).toBe('success')
  await until(async () => (await stage.left()) === 0, stage.github)
  const { privateKey, webhookSecret } = stage.github.app
  const key = privateKey.split('\n').filter((line) => line.length > 40)
  const text = service.output()
  expect(text).toContain('"level":"debug"')
  for (const value of [secret, token, webhookSecret, ...key]) expect(text).not.toContain(value)
})
