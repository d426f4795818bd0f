import { readFile } from 'node:fs/promises'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startService, type Service } from '../../../src/compose/service.ts'
import { loadConfig } from '../../../src/config/index.ts'
import { setStage, type Stage } from '../../../src/demo/stage.ts'
import { newId } from '../../../src/kit/ids.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'
import { toDashboard } from '../../metrics/dashboards/build.ts'
import { allQueries, dashboards } from '../../metrics/dashboards/index.ts'
import { hasPrometheus, promtool } from '../../metrics/promtool.ts'
import { recordedNames } from '../../metrics/rules.ts'
import { localEngine, quiet } from '../runtime/machine.ts'
import { freePort } from '../service/process.ts'
import { until } from '../service/until.ts'
import { addTrouble, submitHopeless, submitLoad } from './scene.ts'
import { startPrometheus, type PrometheusServer } from './server.ts'

const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? systemClock.wall() % 100_000)
const patienceMs = 200_000

/** What Grafana puts in the place of its variables. */
const variables: Readonly<Record<string, string>> = {
  __rate_interval: '5m',
  __range: '5m',
  instance: '.*',
  source: '.*',
  pool: '.*',
  fleet: '.*',
  currency: 'USD',
}

let stage: Stage
let service: Service
let prometheus: PrometheusServer
let token: string

describe.runIf(hasPrometheus())(`a Prometheus that watches the service under load (seed ${seed})`, () => {
  beforeAll(async () => {
    const engine = await localEngine()
    if (engine.kind !== 'unix') throw new Error('the test needs an engine on a socket')
    const engineUrl = `unix://${engine.path}`
    const publicPort = await freePort()
    stage = await setStage({
      docker: new Docker({ socketPath: engine.path }),
      engineUrl,
      owner: `test-${newId(6)}`,
      seed,
      config: { publicPort, machines: 2 },
    })
    stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
    await addTrouble(stage, engineUrl)
    const loaded = await loadConfig(stage.configPath, process.env)
    if (!loaded.ok) throw new Error(loaded.problems.map(({ path, reason }) => `${path}: ${reason}`).join('\n'))
    // What is compared every five minutes, seldom changes in a test.
    const intervals = { recover: 2000, resync: 2000, registrations: 2000 }
    service = await startService(loaded.config, { clock: systemClock, logger: quiet, intervals })
    token = (await readFile(`${stage.directory}/slipway.db.token`, 'utf8')).trim()
    prometheus = await startPrometheus(new URL(service.adminUrl).host)
  })

  afterAll(async () => {
    await prometheus.stop()
    await service.stop({ drain: false })
    await stage.clear()
  })

  test('every query of the dashboards and every rule returns data', { timeout: 240_000 }, async () => {
    // Counters are seen at zero before anything happens, as in an installation that has just been started.
    await until(async () => (await prometheus.query('slipway_info')).length > 0, stage.github)
    // Of a kind that the client does not try again by itself.
    stage.github.inject({ operation: 'actions/list-self-hosted-runners-for-org', status: 403, times: 2 })
    stage.github.setNetwork({ drop: 0.2 })
    submitHopeless(stage)

    const asked = [...allQueries().map(({ where, expr }) => ({ where, expr: filledIn(expr) })), ...rules()]
    const missing = new Set(asked)
    const deadline = systemClock.monotonic() + patienceMs
    await until(async () => {
      if (stage.github.jobs().every(({ status, labels }) => status === 'completed' || !labels.includes('x64')))
        submitLoad(stage, 12)
      await fetch(`${service.adminUrl}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } })
      for (const one of missing) if (hasData(await prometheus.query(one.expr))) missing.delete(one)
      return missing.size === 0 || systemClock.monotonic() > deadline
    }, stage.github)
    expect([...missing].map(({ where, expr }) => `${where}: ${expr}`)).toEqual([])
  })

  test('every rule is evaluated, and the budget that is spent is an alert', async () => {
    expect(await prometheus.ruleErrors()).toEqual([])
    const { all, evaluated } = await prometheus.rules()
    expect([all > 30, evaluated]).toEqual([true, all])
    await until(async () => {
      const firing = await prometheus.query('ALERTS{alertname="SlipwayBudgetSpent", alertstate="firing"}')
      return firing.length > 0
    }, stage.github)
    expect(await prometheus.query('ALERTS{alertname="SlipwayNothingDecided"}')).toEqual([])
  })

  test('the choices of the dashboards offer something', async () => {
    const choices = dashboards.flatMap((spec) => toDashboard(spec).templating?.list ?? [])
    const asked = [...new Set(choices.flatMap(({ definition = '' }) => (definition === '' ? [] : [definition])))]
    expect(asked.length).toBeGreaterThan(4)
    for (const definition of asked) {
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(filledIn(definition)) ?? []
      expect(await prometheus.labelValues(selector, label), definition).not.toEqual([])
    }
  })

  test('what is scraped is as Prometheus likes it', async () => {
    const body = await (await fetch(`${service.adminUrl}/metrics`)).text()
    expect(promtool(['check', 'metrics'], body)).toEqual({ code: 0, output: '' })
  })
})

function rules(): { where: string; expr: string }[] {
  return recordedNames().map((name) => ({ where: 'rule', expr: name }))
}

function filledIn(expr: string): string {
  return expr.replaceAll(/\$(\w+)/g, (written, name: string) => variables[name] ?? written)
}

/** A quantile of nothing is no number. */
function hasData(values: readonly number[]): boolean {
  return values.some((value) => !Number.isNaN(value))
}
