import { expect, test } from 'vitest'
import type { CostLine, CostReport, CostSum } from '../../domain/costs/report.ts'
import { costCsv } from './cost.ts'

const usd: CostSum = { currency: 'USD', jobs: '5', waste: '2', total: '7', perJob: '5', wasteBy: { idle: '2' } }
const line: CostLine = {
  key: 'acme/a',
  jobs: 1,
  runMs: 1000,
  waitMs: 500,
  costs: [usd],
  jobMs: 1000,
  wasteMs: 400,
  unpricedMs: 0,
  compared: [{ with: 'vm-per-job', amounts: [{ currency: 'USD', nanos: '9' }], jobs: 1, jobsMissing: 0 }],
}
const report: CostReport = {
  by: 'repository',
  since: 0,
  until: 86_400_000,
  rows: [line],
  total: { ...line, key: 'total' },
  comparisons: [],
  prices: [],
  notes: [],
}

test('every row has a cell for each column, that of waste too, and an amount stands under its own name', () => {
  const [head = [], ...rows] = costCsv(report)
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(','))
  expect(rows.map(([kind]) => kind)).toEqual(['line', 'waste', 'total'])
  expect(rows.map(({ length }) => length)).toEqual(rows.map(() => head.length))
  const cell = (row: number, name: string) => rows[row]?.[head.indexOf(name)]
  expect([cell(0, 'compare_github_hosted'), cell(0, 'compare_vm_per_job')]).toEqual(['', '0.000000009'])
  expect([cell(0, 'cost'), cell(0, 'cost_per_job'), cell(1, 'cost'), cell(1, 'jobs')]).toEqual([
    '0.000000007',
    '0.000000005',
    '0.000000002',
    '0',
  ])
})
