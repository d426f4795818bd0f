import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { hasPrometheus, promtool } from './promtool.ts'
import { scrapeAll, seriesNames } from './scraped.ts'
import { alertRules, namesIn, recordedNames, recordingRules } from './rules.ts'

const folder = 'config/prometheus'
const tests = readdirSync(`${folder}/tests`).map((name) => `${folder}/tests/${name}`)

describe.runIf(hasPrometheus())('promtool', () => {
  it('finds nothing to say about a scrape', async () => {
    expect(promtool(['check', 'metrics'], await scrapeAll())).toEqual({ code: 0, output: '' })
  })

  it('takes the configuration with its rules', () => {
    const { code, output } = promtool(['check', 'config', `${folder}/prometheus.yml`])
    expect([code, output]).toEqual([0, expect.stringContaining('is valid')])
  })

  it('runs the tests of rules and alerts', { timeout: 120_000 }, () => {
    const { code, output } = promtool(['test', 'rules', ...tests])
    expect([code, output]).toEqual([0, expect.not.stringContaining('FAILED')])
  })
})

describe('rules and alerts', () => {
  it('ask for metrics that are there', async () => {
    const known = new Set([...seriesNames(await scrapeAll()), ...recordedNames(), 'up'])
    const unknown = [...recordingRules(), ...alertRules()].flatMap(({ expr }) => namesIn(expr, known))
    expect(unknown).toEqual([])
  })

  it('are all tested: each alert fires in one case and not in another', () => {
    const cases = tests.flatMap((file) => (parse(readFileSync(file, 'utf8')) as { tests: TestCase[] }).tests)
    const expressions = cases.flatMap(({ promql_expr_test: asked }) => asked)
    for (const { alert } of alertRules()) {
      const about = expressions.filter(({ expr }) => expr.includes(`"${alert}"`))
      expect(
        about.some(({ exp_samples: samples }) => samples.length > 0),
        `${alert} fires`,
      ).toBe(true)
      // A second installation that is well stands beside the one in trouble.
      const own = cases.filter((one) => one.promql_expr_test.some(({ expr }) => expr.includes(`"${alert}"`)))
      expect(
        own.some((one) => one.input_series.some(({ series }) => series.includes('"good"'))),
        alert,
      ).toBe(true)
    }
    const text = expressions.map(({ expr }) => expr).join('\n')
    for (const { record } of recordingRules()) expect(text).toContain(record)
  })

  it('say what to do, and where that stands', () => {
    const page = readFileSync('docs/operations.md', 'utf8')
    const anchors = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase()))
    for (const { alert, labels, annotations } of alertRules()) {
      expect(['page', 'ticket'], alert).toContain(labels['severity'])
      expect(annotations['summary']?.length, alert).toBeGreaterThan(10)
      expect(annotations['description']?.length, alert).toBeGreaterThan(40)
      expect(annotations['runbook']).toBe(`docs/operations.md#${alert.toLowerCase()}`)
      expect(anchors, `${alert} in docs/operations.md`).toContain(alert.toLowerCase())
    }
  })
})

interface TestCase {
  readonly input_series: readonly { readonly series: string }[]
  readonly promql_expr_test: readonly { readonly expr: string; readonly exp_samples: readonly unknown[] }[]
}
