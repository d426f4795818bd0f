import { gained, halfAndMost, of, rate, sumBy, type DashboardSpec, type PanelSpec } from './spec.ts'

const waits: PanelSpec[] = [
  {
    kind: 'stacked',
    title: 'Jobs',
    description: 'Live jobs by state. `waiting` is held by the source itself and is no demand.',
    unit: 'none',
    queries: [{ expr: sumBy(['state'], of('slipway_jobs', ['source'])), legend: '{{state}}' }],
  },
  {
    kind: 'graph',
    title: 'Longest wait',
    description: 'Age of the oldest job that waits, by source.',
    unit: 's',
    warn: [300, 900],
    queries: [{ expr: `max by (source) (${of('slipway_oldest_queued_seconds', ['source'])})`, legend: '{{source}}' }],
  },
  {
    kind: 'stacked',
    title: 'Why jobs wait',
    description: 'By the code that `slipway explain` gives, and by pool; `none` where no pool is concerned.',
    unit: 'none',
    queries: [{ expr: sumBy(['code', 'pool'], of('slipway_waiting_jobs', ['source'])), legend: '{{code}} {{pool}}' }],
  },
  {
    kind: 'graph',
    title: 'Wait by pool',
    description: 'From becoming demand to running: half, and all but a twentieth, of the jobs waited no longer.',
    unit: 's',
    queries: halfAndMost(['pool'], of('slipway_job_wait_seconds_bucket', ['source', 'pool'])),
  },
  {
    kind: 'heatmap',
    title: 'Waits',
    description:
      'How many jobs waited how long. A bright band far up is a group of jobs that waits for something of its own.',
    unit: 's',
    queries: [
      { expr: sumBy(['le'], rate(of('slipway_job_wait_seconds_bucket', ['source', 'pool']))), legend: '{{le}}' },
    ],
  },
  {
    kind: 'graph',
    title: 'Run time by pool',
    description: 'From running to done: half, and all but a twentieth, of the jobs took no longer.',
    unit: 's',
    queries: halfAndMost(['pool'], of('slipway_job_run_seconds_bucket', ['source', 'pool'])),
  },
]

const ends: PanelSpec[] = [
  {
    kind: 'graph',
    title: 'Jobs that end, a second',
    description: 'Jobs of any pool that are over, by how they ended.',
    unit: 'ops',
    width: 12,
    queries: [
      {
        expr: sumBy(['conclusion'], rate(of('slipway_jobs_done_total', ['source', 'pool']))),
        legend: '{{conclusion}}',
      },
    ],
  },
  {
    kind: 'bars',
    title: 'Jobs that are over, by pool',
    description: 'In the time that is shown. `none` are jobs that agents of others took.',
    unit: 'none',
    width: 12,
    queries: [
      {
        expr: sumBy(['pool', 'conclusion'], gained(of('slipway_jobs_done_total', ['source', 'pool']))),
        legend: '{{pool}} {{conclusion}}',
      },
    ],
  },
]

const agents: PanelSpec[] = [
  {
    kind: 'stacked',
    title: 'Agents by state',
    description: 'Live agents. Many that are idle are warm, or nobody gives them the job they were made for.',
    unit: 'none',
    queries: [{ expr: sumBy(['state'], of('slipway_agents', ['pool'])), legend: '{{state}}' }],
  },
  {
    kind: 'graph',
    title: 'Agents of what the pool may have',
    description: 'At 100 % its jobs wait for `pool-limit`.',
    unit: 'percentunit',
    warn: [0.9, 1],
    queries: [
      {
        expr: `${sumBy(['pool'], of('slipway_agents', ['pool']))} / ${sumBy(['pool'], of('slipway_agents_limit', ['pool']))}`,
        legend: '{{pool}}',
      },
    ],
  },
  {
    kind: 'graph',
    title: 'Time to activate an agent',
    description:
      'From deciding on an agent to its container having the secret: what Slipway and the engine add to a wait.',
    unit: 's',
    queries: halfAndMost(['pool'], of('slipway_agent_activation_seconds_bucket', ['pool'])),
  },
  {
    kind: 'stacked',
    title: 'Ends of agents',
    description:
      'Agents that are gone in a second, by how their container ended. All but `finished` and `dismissed` are worth a look.',
    unit: 'ops',
    queries: [{ expr: sumBy(['exit'], rate(of('slipway_agents_ended_total', ['pool']))), legend: '{{exit}}' }],
  },
  {
    kind: 'graph',
    title: 'Standby containers',
    description: 'Prepared containers that are no agent yet.',
    unit: 'none',
    queries: [
      { expr: sumBy(['pool', 'state'], of('slipway_standby_containers', ['pool'])), legend: '{{pool}} {{state}}' },
    ],
  },
  {
    kind: 'graph',
    title: 'Broken pools',
    description: '1 while the agents of a pool fail in a row, so that none is started.',
    unit: 'none',
    warn: [1, 1],
    queries: [{ expr: `max by (pool) (${of('slipway_pool_broken', ['pool'])})`, legend: '{{pool}}' }],
  },
]

export const jobs: DashboardSpec = {
  uid: 'slipway-jobs',
  title: 'Slipway: jobs & waits',
  description: 'Who waits, why and for how long, and the agents that run it all.',
  variables: ['source', 'pool'],
  rows: [
    { title: 'Waits', panels: waits },
    { title: 'Ends', panels: ends },
    { title: 'Agents', panels: agents },
  ],
}
