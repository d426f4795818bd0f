import { describe, expect, test } from 'vitest'
import { anOffer } from '../../../../test/fakes/cloud.ts'
import { aBootingMachine, aMadeMachine, machineActions, planOf, type CloudScene } from '../../../../test/fakes/made.ts'
import { anElasticFleet, aPool, gi, someLimits } from '../../../../test/fakes/ports.ts'
import { aBackoff, aMachine, agents, jobs, now } from '../../../../test/fakes/records.ts'

const offer = (key: string, milliCpu: number, dollars: number | undefined, patch = {}) => {
  const price = dollars === undefined ? undefined : { nanos: BigInt(Math.round(dollars * 1e9)), currency: 'USD' }
  return anOffer({ key, sizeName: key, size: { milliCpu, memory: 1024 * gi, disk: 1024 * gi }, price, ...patch })
}
const small = offer('small', 2000, 0.1)
const medium = offer('medium', 4000, 0.18)
const large = offer('large', 16_000, 0.64)

/** How many machines of each offer are asked for. */
function asked(scene: CloudScene): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const each of machineActions(planOf(scene))) counts[each] = (counts[each] ?? 0) + 1
  return counts
}

describe('machines are asked for', () => {
  const cases: [string, CloudScene, Record<string, number>][] = [
    ['not without demand', {}, {}],
    ['for one job, one', { jobs: jobs(1) }, { 'create d8': 1 }],
    ['for as many agents as fit onto each', { jobs: jobs(9) }, { 'create d8': 3 }],
    [
      'for no more agents than a machine may have',
      { jobs: jobs(4), fleet: { limits: someLimits({ agentsPerMachine: 2 }) } },
      { 'create d8': 2 },
    ],
    [
      'less the reserve',
      { jobs: jobs(4), fleet: { reserve: { milliCpu: 500, memory: 0, disk: 0 } } },
      { 'create d8': 2 },
    ],
    ['only for what has no room', { jobs: jobs(6), machines: [aMadeMachine()] }, { 'create d8': 1 }],
    ['less those that are coming', { jobs: jobs(6), machines: [aBootingMachine()] }, { 'create d8': 1 }],
    ['not when those that are coming are enough', { jobs: jobs(4), machines: [aBootingMachine()] }, {}],
    [
      'within the limits of the pools',
      { jobs: jobs(9), pools: [aPool({ fleets: ['cloud'], limits: { agents: 3, perScope: 9, perRepository: 9 } })] },
      { 'create d8': 1 },
    ],
    ['ordered: of the first offer', { jobs: jobs(5), offered: [small, large] }, { 'create small': 5 }],
    [
      'ordered: of the first that is big enough',
      { jobs: jobs(5), offered: [offer('tiny', 1000, 0.01), large] },
      { 'create large': 1 },
    ],
    [
      'ordered: as far as the quota goes, then of the next',
      { jobs: jobs(5), offered: [offer('spot', 4000, 0.05, { quota: 1, spot: true }), medium] },
      { 'create spot': 1, 'create medium': 2 },
    ],
    [
      'cheapest: much in large ones, the rest in small',
      { jobs: jobs(17), elastic: { choose: 'cheapest' }, offered: [small, medium, large] },
      { 'create large': 2, 'create small': 1 },
    ],
    [
      'cheapest: one large rather than many small',
      { jobs: jobs(7), elastic: { choose: 'cheapest' }, offered: [small, offer('l', 16_000, 0.6)] },
      { 'create l': 1 },
    ],
    [
      'cheapest: two small rather than one large',
      { jobs: jobs(2), elastic: { choose: 'cheapest' }, offered: [large, small] },
      { 'create small': 2 },
    ],
    [
      'cheapest: without a price only where nothing else does',
      {
        jobs: jobs(3),
        elastic: { choose: 'cheapest' },
        offered: [offer('dark', 8000, undefined), offer('m', 4000, 9, { quota: 1 })],
      },
      { 'create m': 1, 'create dark': 1 },
    ],
    [
      'cheapest: those that take the most when only few may be made',
      {
        jobs: jobs(7),
        elastic: { choose: 'cheapest' },
        fleet: { limits: someLimits({ machines: 1 }) },
        offered: [small, large],
      },
      { 'create large': 1 },
    ],
  ]
  test.each(cases)('%s', (_name, scene, expected) => {
    expect(asked(scene)).toEqual(expected)
  })

  test('for several pools of one fleet together, and the reason names them', () => {
    const pools = [
      aPool({ fleets: ['cloud'] }),
      aPool({
        name: 'big',
        labels: ['big'],
        fleets: ['cloud'],
        resources: { milliCpu: 4000, memory: 8 * gi, disk: gi },
      }),
    ]
    const big = jobs(1, { externalId: 'b', requirement: { kind: 'all', labels: ['big'], matchCase: false } })
    const { actions } = planOf({ pools, jobs: [...jobs(2), ...big] })
    expect(actions).toMatchObject([
      {
        kind: 'create-machine',
        fleet: 'cloud',
        reason:
          '1 job of pool big and 2 jobs of pool linux: no machine has room; d8 for 0.36 USD an hour is the first offer that can be had',
      },
    ])
  })

  test('one plan after the other, never more than are needed', () => {
    const first = planOf({ jobs: jobs(9) })
    const machines = first.actions.flatMap((action, i) =>
      action.kind === 'create-machine' ? [aBootingMachine({ key: `n${i}`, state: 'requested' })] : [],
    )
    const second = planOf({ jobs: jobs(9), machines })
    expect(machines).toHaveLength(3)
    expect(machineActions(second)).toEqual([])
    expect(second.waits.map(({ code, count }) => [code, count])).toEqual([
      ['machine-coming', 4],
      ['machine-coming', 4],
      ['machine-coming', 1],
    ])
  })

  test('higher priorities first when a limit binds', () => {
    const pools = [
      aPool({ name: 'low', labels: ['low'], fleets: ['cloud'], resources: { milliCpu: 8000, memory: gi, disk: gi } }),
      aPool({ name: 'high', labels: ['high'], fleets: ['cloud'], priority: 1 }),
    ]
    const of = (label: string) =>
      jobs(1, { externalId: label, requirement: { kind: 'all', labels: [label], matchCase: false } })
    const { actions, waits } = planOf({
      pools,
      jobs: [...of('low'), ...of('high')],
      fleet: { limits: someLimits({ machines: 1 }) },
    })
    expect(actions).toMatchObject([{ kind: 'create-machine', reason: expect.stringContaining('1 job of pool high') }])
    expect(waits.map(({ pool, code }) => [pool, code])).toEqual([
      ['low', 'machine-limit'],
      ['high', 'machine-coming'],
    ])
  })
})

describe('a fleet that gives none', () => {
  const twoOffers = [anOffer({ key: 'spot', spot: true }), anOffer()]
  const refusals: [string, CloudScene, string, string][] = [
    [
      'has its most machines',
      { fleet: { limits: someLimits({ machines: 1 }) }, machines: [full()] },
      'machine-limit',
      'fleet cloud has its most machines, 1 (limits.machines)',
    ],
    [
      'has begun its most within the hour',
      {
        fleet: { limits: someLimits({ machinesPerHour: 2 }) },
        begun: new Map([['cloud', [now - 600_000, now - 60_000]]]),
      },
      'machine-limit',
      'fleet cloud has begun its most machines within an hour, 2 (limits.machinesPerHour)',
    ],
    ['is in trouble', { backoffs: [aBackoff('fleet:cloud')] }, 'backing-off', 'fleet cloud is in trouble: bad gateway'],
    [
      'has not told its offers',
      { offers: new Map() },
      'no-machine',
      'what can be asked of fleet cloud is not known yet',
    ],
    ['has no offer', { offered: [] }, 'no-machine', 'fleet cloud has no offer'],
    [
      'has only offers in trouble',
      {
        offered: twoOffers,
        backoffs: [aBackoff('offer:cloud/spot'), aBackoff('offer:cloud/d8', { error: 'none left' })],
      },
      'backing-off',
      'spot is in trouble: bad gateway; d8 is in trouble: none left',
    ],
    [
      'is refused',
      { offered: [anOffer({ refused: 'not in this region' })] },
      'no-machine',
      "d8 can't be had: not in this region",
    ],
    ['has no quota', { offered: [anOffer({ quota: 0 })] }, 'machine-limit', 'the quota admits no more d8'],
    [
      'has nothing big enough',
      { offered: [small], pools: [aPool({ fleets: ['cloud'], resources: { milliCpu: 3000, memory: gi, disk: gi } })] },
      'too-large',
      'it wants 3 CPU and 1Gi, more than any machine of fleet cloud would have (small: 2 CPU and 1Ti)',
    ],
    [
      'makes machines whose isolation does not hold',
      { machines: [aMadeMachine({ isolation: 'unverified', isolationDetail: 'reached 169.254.169.254' })] },
      'no-machine',
      'isolation is not verified on m1 (reached 169.254.169.254), and another machine of fleet cloud would be the same',
    ],
  ]
  test.each(refusals)('%s, and the wait says so', (_name, scene, code, reason) => {
    const made = planOf({ jobs: jobs(2), ...scene })
    expect(machineActions(made).filter((each) => each.startsWith('create'))).toEqual([])
    expect(made.waits).toMatchObject([{ code, count: 2, reason: expect.stringContaining(reason) }])
  })

  test.each(refusals.filter(([, { machines }]) => !machines))(
    '%s, and the next fleet of the pool gives it',
    (_name, scene) => {
      const fleets = [anElasticFleet(scene.fleet), anElasticFleet({ name: 'second' })]
      const offers = new Map(scene.offers ?? [['cloud', scene.offered ?? [anOffer()]]]).set('second', [
        anOffer({ key: 'other' }),
      ])
      const pools = [aPool({ ...scene.pools?.[0], fleets: ['cloud', 'second'] })]
      expect(machineActions(planOf({ jobs: jobs(2), ...scene, fleets, offers, pools }))).toEqual(['create other'])
    },
  )

  test('for all gives for some, and the last reason names the limit', () => {
    const made = planOf({ jobs: jobs(9), fleet: { limits: someLimits({ machines: 2 }) } })
    expect(machineActions(made)).toEqual(['create d8', 'create d8'])
    expect(made.actions.at(-1)?.reason).toMatch(
      /; no more for now: fleet cloud has its most machines, 2 \(limits\.machines\)$/,
    )
    expect(made.waits.map(({ code, count }) => [code, count])).toEqual([
      ['machine-limit', 1],
      ['machine-coming', 8],
    ])
  })

  test('counts machines that are being deleted against its limit', () => {
    const machines = [aMadeMachine({ state: 'deleting' })]
    const made = planOf({ jobs: jobs(1), machines, fleet: { limits: someLimits({ machines: 1 }) } })
    expect(made.waits).toMatchObject([{ code: 'machine-limit' }])
  })
})

test('after trouble one machine shows the way before more follow', () => {
  const backoffs = [aBackoff('offer:cloud/d8', { until: now - 1 })]
  const first = planOf({ jobs: jobs(9), backoffs })
  expect(machineActions(first)).toEqual(['create d8'])
  expect(first.waits.map(({ code, count }) => [code, count])).toEqual([
    ['backing-off', 5],
    ['machine-coming', 4],
  ])
  const asking = aBootingMachine({ state: 'creating' })
  expect(machineActions(planOf({ jobs: jobs(9), backoffs, machines: [asking] }))).toEqual([])
  expect(machineActions(planOf({ jobs: jobs(9), machines: [asking] }))).toEqual(['create d8', 'create d8'])
})

test('Spot falls back to on demand in the order of the offers', () => {
  const offered = [anOffer({ key: 'd8/spot', spot: true }), anOffer()]
  expect(asked({ jobs: jobs(1), offered })).toEqual({ 'create d8/spot': 1 })
  expect(asked({ jobs: jobs(1), offered, backoffs: [aBackoff('offer:cloud/d8/spot')] })).toEqual({ 'create d8': 1 })
})

describe('stopped machines', () => {
  const stopped = (key: string) => aMadeMachine({ key, state: 'stopped', emptySince: undefined })
  const elastic = { warm: { machines: 0, stopped: 2 } }

  test('are started before any is made', () => {
    const made = planOf({ jobs: jobs(10), machines: [stopped('s2'), stopped('s1')], elastic })
    expect(machineActions(made)).toEqual(['start s1', 'start s2', 'create d8', 'create d8', 'create d8'])
    expect(made.actions[0]?.reason).toBe('4 jobs of pool linux: no machine has room, and s1 is stopped')
  })

  test('of another template are not', () => {
    const old = aMadeMachine({ key: 's1', state: 'stopped' }, { template: 't0' })
    expect(machineActions(planOf({ jobs: jobs(1), machines: [old] }))).toEqual(['create d8', 'cordon s1'])
  })

  test('stay stopped when money is short', () => {
    const limits = someLimits({ moneyPerDay: { nanos: 20_000_000n, currency: 'USD' } })
    const made = planOf({ jobs: jobs(1), machines: [stopped('s1')], elastic, fleet: { limits } })
    expect(machineActions(made)).toEqual([])
    expect(made.waits).toMatchObject([{ code: 'money-limit' }])
  })

  test('that money keeps stopped are told of, where no other may be made', () => {
    const limits = someLimits({ machines: 1, moneyPerDay: { nanos: 20_000_000n, currency: 'USD' } })
    const { waits } = planOf({ jobs: jobs(1), machines: [stopped('s1')], elastic, fleet: { limits } })
    expect(waits.map(({ reason }) => reason).join()).toMatch(/limits\.machines.*limits\.moneyPerDay/)
  })
})

test('hosts given by hand that are full do not hide that machines come', () => {
  const pools = [aPool({ fleets: ['local', 'cloud'] })]
  const fleets = [anElasticFleet(), { ...anElasticFleet({ name: 'local' }), elastic: undefined }]
  const host = aMachine({ key: 'host', allocatable: { milliCpu: 2000, memory: 8 * gi, disk: 8 * gi } })
  const made = planOf({ pools, fleets, machines: [host], jobs: jobs(3) })
  expect(made.actions.map(({ kind }) => kind)).toEqual(['start-agent', 'create-machine'])
  expect(made.waits.map(({ code, count }) => [code, count])).toEqual([
    ['starting', 1],
    ['machine-coming', 2],
  ])
})

test('agents that run already are no demand', () => {
  const machines = [aMadeMachine({ emptySince: undefined })]
  const own = agents(4, { state: 'running', job: 'github/x/1' })
  expect(machineActions(planOf({ agents: own, machines }))).toEqual([])
})

function full() {
  return aMadeMachine({ allocatable: { milliCpu: 0, memory: 0, disk: 0 } })
}
