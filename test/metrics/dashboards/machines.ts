import { gained, halfAndMost, of, quantile, rate, sumBy, type DashboardSpec, type PanelSpec } from './spec.ts'

const fleet = ['fleet'] as const

const standing: PanelSpec[] = [
  {
    kind: 'stacked',
    title: 'Machines by state',
    description: 'Live machines of the fleets.',
    unit: 'none',
    queries: [{ expr: sumBy(['state'], of('slipway_machines', fleet)), legend: '{{state}}' }],
  },
  {
    kind: 'graph',
    title: 'Machines of what the fleet may have',
    description: 'At 100 % jobs wait for `machine-limit`. Fleets without a limit are not shown.',
    unit: 'percentunit',
    warn: [0.9, 1],
    queries: [
      {
        expr: `${sumBy(['fleet'], of('slipway_machines', fleet))} / ${sumBy(['fleet'], of('slipway_fleet_machines_limit', fleet))}`,
        legend: '{{fleet}}',
      },
    ],
  },
  {
    kind: 'graph',
    title: 'Promised room',
    description: 'Of what ready machines have, the largest share that is promised to containers: CPU, memory or disk.',
    unit: 'percentunit',
    queries: [{ expr: of('slipway:fleet_promised:ratio', fleet), legend: '{{fleet}}' }],
  },
  {
    kind: 'graph',
    title: 'CPUs',
    description:
      'CPUs of ready machines, and those promised to containers. In a spike more may be promised than there are.',
    unit: 'none',
    queries: [{ expr: sumBy(['part'], of('slipway_fleet_cpus', fleet)), legend: '{{part}}' }],
  },
  {
    kind: 'graph',
    title: 'Memory',
    description: 'Memory of ready machines, and what of it is promised to containers.',
    unit: 'bytes',
    queries: [{ expr: sumBy(['part'], of('slipway_fleet_memory_bytes', fleet)), legend: '{{part}}' }],
  },
  {
    kind: 'graph',
    title: 'Disk',
    description: 'Disk of ready machines, and what of it is promised to containers.',
    unit: 'bytes',
    queries: [{ expr: sumBy(['part'], of('slipway_fleet_disk_bytes', fleet)), legend: '{{part}}' }],
  },
]

const lives: PanelSpec[] = [
  {
    kind: 'graph',
    title: 'Boot time',
    description: 'From a machine being accepted by its provider to its being ready.',
    unit: 's',
    queries: halfAndMost(['fleet'], of('slipway_machine_boot_seconds_bucket', fleet)),
  },
  {
    kind: 'bars',
    title: 'New machines, by outcome',
    description: 'In the time that is shown: came up, never did, or were not needed any more before they did.',
    unit: 'none',
    queries: [
      {
        expr: sumBy(['fleet', 'outcome'], gained(of('slipway_machines_created_total', fleet))),
        legend: '{{fleet}} {{outcome}}',
      },
    ],
  },
  {
    kind: 'bars',
    title: 'Ends of machines',
    description:
      'In the time that is shown. `lost` went away by themselves, `evicted` were taken back by their provider.',
    unit: 'none',
    queries: [
      {
        expr: sumBy(['fleet', 'outcome'], gained(of('slipway_machines_ended_total', fleet))),
        legend: '{{fleet}} {{outcome}}',
      },
    ],
  },
  {
    kind: 'graph',
    title: 'Longest in a state',
    description:
      'How long one machine has been deleting, booting, unreachable, …. Deleting for half an hour is an alert.',
    unit: 's',
    queries: [
      {
        expr: `max by (state) (${of('slipway_machines_longest_in_state_seconds', fleet, 'state!~"ready|stopped"')}) or vector(0)`,
        legend: '{{state}}',
      },
    ],
  },
  {
    kind: 'graph',
    title: 'Oldest machine',
    description: 'Age of the oldest machine that was made, by fleet, and the age at which they are replaced.',
    unit: 's',
    queries: [
      { expr: `max by (fleet) (${of('slipway_machines_oldest_seconds', fleet)})`, legend: '{{fleet}}' },
      { expr: `max by (fleet) (${of('slipway_fleet_max_age_seconds', fleet)})`, legend: '{{fleet}} may be' },
    ],
  },
  {
    kind: 'graph',
    title: 'Cordoned, and not isolated',
    description: 'Machines that get no new agents, and those whose isolation no probe has verified.',
    unit: 'none',
    queries: [
      { expr: sumBy(['fleet'], of('slipway_machines_cordoned', fleet)), legend: '{{fleet}} cordoned' },
      { expr: sumBy(['fleet', 'proof'], of('slipway_machines_isolation', fleet)), legend: '{{fleet}} {{proof}}' },
    ],
  },
]

const providers: PanelSpec[] = [
  {
    kind: 'stacked',
    title: 'Offers',
    description: 'Sizes, zones and kinds that fleets can be asked for, and what stands against them.',
    unit: 'none',
    queries: [{ expr: sumBy(['state'], of('slipway_fleet_offers', fleet)), legend: '{{state}}' }],
  },
  {
    kind: 'graph',
    title: 'Fleets that are left alone',
    description: '1 while a fleet is left alone because its provider failed.',
    unit: 'none',
    warn: [1, 1],
    queries: [{ expr: `max by (fleet) (${of('slipway_fleet_backing_off', fleet)})`, legend: '{{fleet}}' }],
  },
  {
    kind: 'graph',
    title: 'Calls of providers',
    description: 'How long calls take, all but a twentieth, by verb.',
    unit: 's',
    queries: [
      {
        expr: quantile(0.95, ['verb'], of('slipway_provider_call_duration_seconds_bucket', fleet)),
        legend: '{{verb}}',
      },
    ],
  },
  {
    kind: 'stacked',
    title: 'Calls of providers that fail, a second',
    description:
      'By the class of the error: InsufficientCapacity and QuotaExceeded mean another size, zone or fleet is tried.',
    unit: 'ops',
    queries: [
      {
        expr: sumBy(['fleet', 'error'], rate(of('slipway_provider_call_errors_total', fleet))),
        legend: '{{fleet}} {{error}}',
      },
    ],
  },
]

export const machines: DashboardSpec = {
  uid: 'slipway-machines',
  title: 'Slipway: machines',
  description: 'Machines, their room, their lives, and the providers that make them.',
  variables: ['fleet'],
  rows: [
    { title: 'Standing', panels: standing },
    { title: 'Lives', panels: lives },
    { title: 'Providers', panels: providers },
  ],
}
