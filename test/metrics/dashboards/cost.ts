import { gained, of, rate, sumBy, type DashboardSpec, type PanelSpec } from './spec.ts'

const money = ['fleet', 'currency'] as const

const glance: PanelSpec[] = [
  {
    kind: 'stat',
    title: '$currency an hour, now',
    description: 'What the machines cost an hour now, of known prices.',
    unit: 'none',
    decimals: 2,
    width: 4,
    queries: [{ expr: `sum(${of('slipway_fleet_price_per_hour', money)})`, legend: '{{currency}}' }],
  },
  {
    kind: 'stat',
    title: '$currency today',
    description: 'What machines have cost since midnight UTC, those that are gone included.',
    unit: 'none',
    decimals: 2,
    width: 4,
    queries: [{ expr: `sum(${of('slipway_fleet_spent_today', money)})`, legend: '{{currency}}' }],
  },
  {
    kind: 'stat',
    title: '$currency for jobs',
    description: 'What jobs have cost in the time that is shown.',
    unit: 'none',
    decimals: 2,
    width: 4,
    queries: [{ expr: `sum(${gained(of('slipway_cost_total', money))})`, legend: 'jobs' }],
  },
  {
    kind: 'stat',
    title: '$currency for nothing',
    description: 'What machines have cost while no job used them, in the time that is shown.',
    unit: 'none',
    decimals: 2,
    width: 4,
    queries: [{ expr: `sum(${gained(of('slipway_waste_cost_total', money))})`, legend: 'waste' }],
  },
  {
    kind: 'stat',
    title: 'Paid time in use',
    description: 'Of the machine time that was paid for in the time that is shown, the share that jobs used.',
    unit: 'percentunit',
    width: 4,
    queries: [
      {
        expr: `sum(${gained(of('slipway_machine_seconds_total', ['fleet'], 'use="job"'))}) / sum(${gained(of('slipway_machine_seconds_total', ['fleet']))})`,
        legend: 'in use',
      },
    ],
  },
  {
    kind: 'stat',
    title: 'Machines of unknown price',
    description: 'They cost, and are in none of these sums.',
    unit: 'none',
    width: 4,
    warn: [1, 1],
    queries: [{ expr: `sum(${of('slipway_machines_unpriced', ['fleet'])})`, legend: 'machines' }],
  },
]

const spending: PanelSpec[] = [
  {
    kind: 'stacked',
    title: '$currency an hour by fleet',
    description: 'What the machines of each fleet cost an hour, as they stood.',
    unit: 'none',
    decimals: 2,
    queries: [{ expr: sumBy(['fleet'], of('slipway_fleet_price_per_hour', money)), legend: '{{fleet}}' }],
  },
  {
    kind: 'stacked',
    title: '$currency an hour by pool',
    description: 'What the jobs of each pool cost an hour, over the last hour.',
    unit: 'none',
    decimals: 2,
    queries: [
      {
        expr: `3600 * ${sumBy(['pool'], `rate(${of('slipway_cost_total', ['fleet', 'pool', 'currency'])}[1h])`)}`,
        legend: '{{pool}}',
      },
    ],
  },
  {
    kind: 'stacked',
    title: 'Waste, $currency an hour by kind',
    description:
      'What no job used, over the last hour: boot, idle, warm, start, stopped, drain, delete, failed, evicted. docs/cost.md has a sentence for each.',
    unit: 'none',
    decimals: 2,
    queries: [
      {
        expr: `3600 * ${sumBy(['kind'], `rate(${of('slipway_waste_cost_total', money)}[1h])`)}`,
        legend: '{{kind}}',
      },
    ],
  },
  {
    kind: 'stacked',
    title: 'Machine time by use',
    description: 'Machines that are paid for, by what uses them: a quarter of a machine counts as that.',
    unit: 'none',
    decimals: 2,
    queries: [{ expr: sumBy(['use'], rate(of('slipway_machine_seconds_total', ['fleet']))), legend: '{{use}}' }],
  },
  {
    kind: 'graph',
    title: 'Paid time in use, by fleet',
    description: 'Of the machine time that was paid for within the hour, the share that jobs used.',
    unit: 'percentunit',
    queries: [{ expr: of('slipway:saturation:ratio_1h', ['fleet']), legend: '{{fleet}}' }],
  },
  {
    kind: 'graph',
    title: 'Time of unknown price',
    description: 'Machines that were paid for and nobody knows at what price.',
    unit: 'none',
    queries: [
      {
        expr: sumBy(['fleet'], rate(of('slipway_unpriced_machine_seconds_total', ['fleet']))),
        legend: '{{fleet}}',
      },
    ],
  },
]

const limits: PanelSpec[] = [
  {
    kind: 'bars',
    title: 'Budgets',
    description: 'How much of each budget its jobs have spent in the running period.',
    unit: 'percentunit',
    warn: [0.8, 1],
    queries: [{ expr: of('slipway:budget_spent:ratio', ['currency']), legend: '{{budget}}' }],
  },
  {
    kind: 'bars',
    title: 'Limits of the day',
    description: 'How much of what each fleet may cost on a day is spent. At the limit no new machine is made.',
    unit: 'percentunit',
    warn: [0.8, 1],
    queries: [{ expr: of('slipway:fleet_spent_today:ratio', money), legend: '{{fleet}}' }],
  },
  {
    kind: 'bars',
    title: 'Age of prices',
    description: 'Of the oldest price that was read from each provider.',
    unit: 's',
    warn: [86_400, 172_800],
    queries: [
      {
        expr: `max by (fleet) (${of('slipway_fleet_price_age_seconds', ['fleet'])}) or vector(0)`,
        legend: '{{fleet}}',
      },
    ],
  },
]

const repositories: PanelSpec[] = [
  {
    kind: 'bars',
    title: '$currency by repository',
    description:
      'The twenty most costly in the time that is shown. Needs `metrics.perRepository` in the configuration.',
    unit: 'none',
    decimals: 2,
    queries: [
      {
        expr: `topk(20, ${sumBy(['repository'], gained(of('slipway_repository_cost_total', ['currency'])))})`,
        legend: '{{repository}}',
      },
    ],
  },
  {
    kind: 'bars',
    title: 'Run time by repository',
    description: 'The twenty that ran for longest in the time that is shown.',
    unit: 's',
    queries: [
      {
        expr: `topk(20, ${sumBy(['repository'], gained(of('slipway_repository_run_seconds_total')))})`,
        legend: '{{repository}}',
      },
    ],
  },
  {
    kind: 'bars',
    title: 'Jobs by repository',
    description: 'The twenty with the most jobs that were over in the time that is shown.',
    unit: 'none',
    queries: [
      {
        expr: `topk(20, ${sumBy(['repository'], gained(of('slipway_repository_jobs_done_total')))})`,
        legend: '{{repository}}',
      },
    ],
  },
]

export const cost: DashboardSpec = {
  uid: 'slipway-cost',
  title: 'Slipway: cost',
  description: 'What it costs, what for, and how much of it is for nothing. Exact sums: `slipway cost`.',
  variables: ['fleet', 'pool', 'currency'],
  rows: [
    { title: 'Now', panels: glance },
    { title: 'Spending', panels: spending },
    { title: 'Limits', panels: limits },
    { title: 'Repositories', panels: repositories },
  ],
}
