import { of, quantile, rate, sumBy, type DashboardSpec, type PanelSpec } from './spec.ts'

const glance: PanelSpec[] = [
  {
    kind: 'stat',
    title: 'Since the newest plan',
    description: 'A plan is made every second. After a minute without one an alert comes, and /readyz says 503.',
    unit: 's',
    width: 6,
    warn: [15, 60],
    queries: [{ expr: `max(${of('slipway:loop_age_seconds', [], 'loop="decide"')})`, legend: 'age' }],
  },
  {
    kind: 'stat',
    title: 'Oldest knowledge of a queue',
    description: 'How much of the queues might not be known. After 10 minutes an alert comes.',
    unit: 's',
    width: 6,
    warn: [300, 600],
    queries: [{ expr: `max(${of('slipway_queue_staleness_seconds', ['source'])}) or vector(0)`, legend: 'staleness' }],
  },
  {
    kind: 'stat',
    title: 'Requests left in the hour',
    description: 'Of the account that has the fewest left. When none is left, queues are read late.',
    unit: 'none',
    width: 6,
    low: [1000, 500],
    queries: [{ expr: `min(${of('slipway_source_points_left', ['source'])})`, legend: 'left' }],
  },
  {
    kind: 'stat',
    title: 'Version',
    description: 'Which version runs, and for which owner.',
    unit: 'none',
    width: 6,
    shows: 'legend',
    queries: [{ expr: of('slipway_info'), legend: '{{owner}} {{version}}' }],
  },
]

const loops: PanelSpec[] = [
  {
    kind: 'graph',
    title: 'Plans',
    description: 'How long one plan takes, and storing its intents.',
    unit: 's',
    queries: [
      { expr: quantile(0.5, [], of('slipway_plan_duration_seconds_bucket')), legend: 'half' },
      { expr: quantile(0.99, [], of('slipway_plan_duration_seconds_bucket')), legend: '99 %' },
    ],
  },
  {
    kind: 'graph',
    title: 'Lag of loops',
    description:
      'From a turn being due, or asked for, to its beginning, all but a twentieth: how late the service looks.',
    unit: 's',
    queries: [{ expr: quantile(0.95, ['loop'], of('slipway_loop_lag_seconds_bucket')), legend: '{{loop}}' }],
  },
  {
    kind: 'graph',
    title: 'Turns of loops',
    description: 'How long one turn takes, all but a twentieth.',
    unit: 's',
    queries: [{ expr: quantile(0.95, ['loop'], of('slipway_loop_duration_seconds_bucket')), legend: '{{loop}}' }],
  },
  {
    kind: 'stacked',
    title: 'Actions, a second',
    description: 'What plans wanted, by kind.',
    unit: 'ops',
    queries: [{ expr: sumBy(['kind'], rate(of('slipway_plan_actions_total'))), legend: '{{kind}}' }],
  },
  {
    kind: 'stacked',
    title: 'Turns that fail, a second',
    description: 'Zero when all is well: the log has each error under `loop failed`.',
    unit: 'ops',
    queries: [{ expr: sumBy(['loop'], rate(of('slipway_loop_errors_total'))), legend: '{{loop}}' }],
  },
  {
    kind: 'stacked',
    title: 'Left alone after failures',
    description:
      'Targets that nothing new is tried on for a while: a machine, a pool, a scope, an image, a fleet, an offer.',
    unit: 'none',
    queries: [{ expr: `${sumBy(['kind'], of('slipway_backoffs'))} or vector(0)`, legend: '{{kind}}' }],
  },
]

const hooks: PanelSpec[] = [
  {
    kind: 'stacked',
    title: 'Webhooks, a second',
    description: 'By what became of them. Only `stored`, `duplicate` and `ignored` were answered 2xx.',
    unit: 'ops',
    queries: [{ expr: sumBy(['outcome'], rate(of('slipway_hooks_total', ['source']))), legend: '{{outcome}}' }],
  },
  {
    kind: 'graph',
    title: 'Lag of webhooks',
    description: 'From the sender making a webhook to its arrival, all but a twentieth, by the sender’s clock.',
    unit: 's',
    queries: [
      { expr: quantile(0.95, ['source'], of('slipway_hook_lag_seconds_bucket', ['source'])), legend: '{{source}}' },
    ],
  },
  {
    kind: 'graph',
    title: 'Lost webhooks',
    description: 'Of the deliveries that sources say they sent within the hour, the share that never arrived.',
    unit: 'percentunit',
    warn: [0.01, 0.05],
    queries: [{ expr: of('slipway:deliveries_missed:ratio_1h', ['source']), legend: '{{source}}' }],
  },
]

const calls: PanelSpec[] = [
  {
    kind: 'graph',
    title: 'Calls of sources',
    description: 'How long calls take, all but a twentieth, by verb.',
    unit: 's',
    queries: [
      {
        expr: quantile(0.95, ['source', 'verb'], of('slipway_source_call_duration_seconds_bucket', ['source'])),
        legend: '{{source}} {{verb}}',
      },
    ],
  },
  {
    kind: 'stacked',
    title: 'Calls of sources that fail, a second',
    description: 'By the class of the error.',
    unit: 'ops',
    queries: [
      {
        expr: sumBy(['source', 'error'], rate(of('slipway_source_call_errors_total', ['source']))),
        legend: '{{source}} {{error}}',
      },
    ],
  },
  {
    kind: 'graph',
    title: 'Requests left, by account',
    description: 'Requests that the API still grants in the hour.',
    unit: 'none',
    queries: [
      {
        expr: `min by (source, account) (${of('slipway_source_points_left', ['source'])})`,
        legend: '{{source}} {{account}}',
      },
    ],
  },
  {
    kind: 'graph',
    title: 'Calls of container engines',
    description: 'How long calls take, all but a twentieth, by verb.',
    unit: 's',
    queries: [
      { expr: quantile(0.95, ['verb'], of('slipway_runtime_call_duration_seconds_bucket')), legend: '{{verb}}' },
    ],
  },
  {
    kind: 'stacked',
    title: 'Calls of container engines that fail, a second',
    description: 'By the class of the error.',
    unit: 'ops',
    queries: [
      { expr: sumBy(['fleet', 'error'], rate(of('slipway_runtime_call_errors_total'))), legend: '{{fleet}} {{error}}' },
    ],
  },
  {
    kind: 'stacked',
    title: 'Logs of agents, a second',
    description:
      'Whole logs that the archive has kept, and that are lost but for their last part. Zero without an archive.',
    unit: 'ops',
    queries: [{ expr: sumBy(['outcome'], rate(of('slipway_agent_logs_total'))), legend: '{{outcome}}' }],
  },
]

const process: PanelSpec[] = [
  {
    kind: 'graph',
    title: 'Commits',
    description: 'How long it takes until a change is on disk. From a second on the log says so too.',
    unit: 's',
    queries: [
      {
        expr: quantile(0.5, [], of('slipway_store_call_duration_seconds_bucket', [], 'verb="commit"')),
        legend: 'half',
      },
      {
        expr: quantile(0.99, [], of('slipway_store_call_duration_seconds_bucket', [], 'verb="commit"')),
        legend: '99 %',
      },
    ],
  },
  {
    kind: 'stacked',
    title: 'Changes stored, a second',
    description: 'What the store keeps, by kind of record.',
    unit: 'ops',
    queries: [{ expr: sumBy(['kind'], rate(of('slipway_store_changes_total'))), legend: '{{kind}}' }],
  },
  {
    kind: 'stacked',
    title: 'Calls of the store that fail, a second',
    description: 'But for Conflict, which is normal: somebody else changed the record first.',
    unit: 'ops',
    queries: [
      {
        expr: `${sumBy(['error'], rate(of('slipway_store_call_errors_total', [], 'error!="Conflict"')))} or vector(0)`,
        legend: '{{error}}',
      },
    ],
  },
  {
    kind: 'graph',
    title: 'Lag of the event loop',
    description: 'How long something that is ready has to wait for the process, all but a hundredth.',
    unit: 's',
    queries: [{ expr: `max by (instance) (${of('nodejs_eventloop_lag_p99_seconds')})`, legend: '{{instance}}' }],
  },
  {
    kind: 'graph',
    title: 'Memory',
    description: 'Memory of the process, and of its objects.',
    unit: 'bytes',
    queries: [
      { expr: of('process_resident_memory_bytes'), legend: 'resident' },
      { expr: of('nodejs_heap_size_used_bytes'), legend: 'heap' },
    ],
  },
  {
    kind: 'graph',
    title: 'Processor',
    description: 'Processors that the process uses.',
    unit: 'none',
    queries: [{ expr: rate(of('process_cpu_seconds_total')), legend: '{{instance}}' }],
  },
  {
    kind: 'stacked',
    title: 'Answers of the API, a second',
    description: 'By status, without those to Prometheus itself.',
    unit: 'ops',
    queries: [
      {
        expr: sumBy(['status'], rate(of('slipway_api_requests_total', [], 'route!="/metrics"'))),
        legend: '{{status}}',
      },
    ],
  },
]

export const health: DashboardSpec = {
  uid: 'slipway-health',
  title: 'Slipway: health',
  description: 'Whether the service itself, and what it calls, does its work.',
  variables: ['source'],
  rows: [
    { title: 'Now', panels: glance },
    { title: 'Loops', panels: loops },
    { title: 'Webhooks', panels: hooks },
    { title: 'Calls to the outside', panels: calls },
    { title: 'Store and process', panels: process },
  ],
}
