import { gained, of, sumBy, type DashboardSpec, type PanelSpec } from './spec.ts'

const glance: PanelSpec[] = [
  {
    kind: 'stat',
    title: 'Jobs that wait',
    description: 'Jobs that want an agent and have none. The board Jobs & waits says why.',
    unit: 'none',
    width: 4,
    queries: [{ expr: `sum(${of('slipway_jobs', [], 'state="queued"')}) or vector(0)`, legend: 'waiting' }],
  },
  {
    kind: 'stat',
    title: 'Longest wait',
    description: 'Age of the oldest job that waits. An alert comes from 15 minutes on.',
    unit: 's',
    width: 4,
    warn: [300, 900],
    queries: [{ expr: `max(${of('slipway_oldest_queued_seconds')}) or vector(0)`, legend: 'oldest' }],
  },
  {
    kind: 'stat',
    title: 'Jobs that run',
    description: 'Jobs that run now, on agents of ours or of others.',
    unit: 'none',
    width: 4,
    queries: [{ expr: `sum(${of('slipway_jobs', [], 'state="running"')}) or vector(0)`, legend: 'running' }],
  },
  {
    kind: 'stat',
    title: 'Machines that are ready',
    description: 'They can take agents; given by hand or made.',
    unit: 'none',
    width: 4,
    queries: [{ expr: `sum(${of('slipway_machines', [], 'state="ready"')}) or vector(0)`, legend: 'ready' }],
  },
  {
    kind: 'stat',
    title: '$currency an hour, now',
    description: 'What all machines together cost an hour now. Machines without a known price are not in it: see Cost.',
    unit: 'none',
    decimals: 2,
    width: 4,
    queries: [{ expr: `sum(${of('slipway_fleet_price_per_hour', ['currency'])})`, legend: '{{currency}}' }],
  },
  {
    kind: 'stat',
    title: 'Paid time in use',
    description:
      'Of the machine time that was paid for within the hour, the share that jobs used. The rest is on Cost.',
    unit: 'percentunit',
    width: 4,
    queries: [
      {
        expr: `sum(rate(${of('slipway_machine_seconds_total', [], 'use="job"')}[1h])) / sum(rate(${of('slipway_machine_seconds_total')}[1h]))`,
        legend: 'in use',
      },
    ],
  },
]

const work: PanelSpec[] = [
  {
    kind: 'stacked',
    title: 'Jobs',
    description: 'Live jobs by state. `waiting` is held by the source itself and is no demand.',
    unit: 'none',
    queries: [{ expr: sumBy(['state'], of('slipway_jobs')), legend: '{{state}}' }],
  },
  {
    kind: 'stacked',
    title: 'Why jobs wait',
    description: 'Jobs that have not begun, by the code that `slipway explain` gives.',
    unit: 'none',
    queries: [{ expr: sumBy(['code'], of('slipway_waiting_jobs')), legend: '{{code}}' }],
  },
  {
    kind: 'graph',
    title: 'Waits of the last hour',
    description: 'Half, and all but a twentieth, of the jobs that began within the hour waited no longer.',
    unit: 's',
    queries: [
      { expr: of('slipway:job_wait_seconds:p50_1h'), legend: '{{pool}} half' },
      { expr: of('slipway:job_wait_seconds:p95_1h'), legend: '{{pool}} 95 %' },
    ],
  },
  {
    kind: 'stacked',
    title: 'Machines',
    description: 'Live machines by state.',
    unit: 'none',
    queries: [{ expr: sumBy(['state'], of('slipway_machines')), legend: '{{state}}' }],
  },
  {
    kind: 'graph',
    title: '$currency an hour, over the last hour',
    description: 'What machines cost, and the part of it that no job used.',
    unit: 'none',
    decimals: 2,
    queries: [
      { expr: `sum(${of('slipway:cost_per_hour:rate1h', ['currency'])})`, legend: 'all' },
      { expr: `sum(${of('slipway:waste_per_hour:rate1h', ['currency'])})`, legend: 'waste' },
    ],
  },
  {
    kind: 'stacked',
    title: 'Agents',
    description: 'Live agents by state.',
    unit: 'none',
    queries: [{ expr: sumBy(['state'], of('slipway_agents')), legend: '{{state}}' }],
  },
]

const trouble: PanelSpec[] = [
  {
    kind: 'table',
    title: 'Alerts',
    description: 'Alerts that fire, or will if it goes on. docs/operations.md has what to do about each.',
    unit: 'none',
    width: 12,
    queries: [
      {
        expr: 'max by (alertname, severity, alertstate, fleet, pool, source, scope, loop, budget) (ALERTS{alertname=~"Slipway.+"})',
        legend: '{{alertname}}',
      },
    ],
  },
  {
    kind: 'bars',
    title: 'Jobs that are over, by how',
    description:
      'In the time that is shown. `lost` are jobs whose machine went away under them, or that nobody knows any more.',
    unit: 'none',
    width: 12,
    queries: [{ expr: sumBy(['conclusion'], gained(of('slipway_jobs_done_total'))), legend: '{{conclusion}}' }],
  },
]

export const overview: DashboardSpec = {
  uid: 'slipway-overview',
  title: 'Slipway: overview',
  description: 'Whether all is well, in one look.',
  variables: ['currency'],
  rows: [
    { title: 'Now', panels: glance },
    { title: 'Work', panels: work },
    { title: 'Trouble', panels: trouble },
  ],
}
