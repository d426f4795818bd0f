import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import { freePort } from '../service/process.ts'

/** A real Prometheus on the loopback, with the configuration and the rules of config/prometheus, only quicker. */
export interface PrometheusServer {
  /** The values of an instant query, now. */
  query(expr: string): Promise<number[]>
  /** What has gone wrong with any rule, by its name. */
  ruleErrors(): Promise<string[]>
  /** How many rules there are, and how many were evaluated. */
  rules(): Promise<{ readonly all: number; readonly evaluated: number }>
  /** The values of a label of series that match. */
  labelValues(selector: string, label: string): Promise<string[]>
  stop(): Promise<void>
}

interface Config {
  global: { scrape_interval: string; evaluation_interval: string }
  alerting?: object
  rule_files: string[]
  scrape_configs: { static_configs: { targets: string[] }[] }[]
}

const folder = 'config/prometheus'

/** `target`: host and port of the admin listener. */
export async function startPrometheus(target: string): Promise<PrometheusServer> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-prometheus-'))
  const file = join(directory, 'prometheus.yml')
  const config = parse(await readFile(`${folder}/prometheus.yml`, 'utf8')) as Config
  delete config.alerting
  config.global = { scrape_interval: '1s', evaluation_interval: '1s' }
  config.rule_files = config.rule_files.map((name) => resolve(folder, name))
  for (const { static_configs: targets } of config.scrape_configs) for (const one of targets) one.targets = [target]
  await writeFile(file, stringify(config))
  const address = `127.0.0.1:${await freePort()}`
  const stop = await run(file, directory, address)

  async function get<Data>(path: string, parameters: Record<string, string> = {}): Promise<Data> {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`)
    const body = (await answer.json()) as { status: string; data: Data; error?: string }
    if (body.status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${body.error}`)
    return body.data
  }

  return {
    async query(expr) {
      const { result } = await get<{ result: { value: [number, string] }[] }>('query', { query: expr })
      return result.map(({ value: [, value] }) => Number(value))
    },
    async ruleErrors() {
      const rules = (await get<Rules>('rules')).groups.flatMap((group) => group.rules)
      return rules.flatMap(({ name, health, lastError }) => (health === 'err' ? [`${name}: ${lastError}`] : []))
    },
    async rules() {
      const rules = (await get<Rules>('rules')).groups.flatMap((group) => group.rules)
      return { all: rules.length, evaluated: rules.filter(({ health }) => health === 'ok').length }
    },
    labelValues: (selector, label) => get<string[]>(`label/${label}/values`, { 'match[]': selector }),
    async stop() {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[]
  }[]
}

/** Resolves once it takes requests, with how to end it. */
async function run(file: string, directory: string, address: string): Promise<() => Promise<void>> {
  const child = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${join(directory, 'data')}`, `--web.listen-address=${address}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ready = Promise.withResolvers<void>()
  const ended = once(child, 'exit')
  let output = ''
  child.on('error', ready.reject)
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.includes('Server is ready to receive web requests')) ready.resolve()
  })
  void ended.then(() => ready.reject(new Error(`prometheus ended:\n${output}`)))
  await ready.promise
  return async () => {
    child.kill('SIGTERM')
    await ended
  }
}
