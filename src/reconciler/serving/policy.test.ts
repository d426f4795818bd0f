import { expect, test } from 'vitest'
import { anElasticFleet, aFleet, aPool, someLimits } from '../../../test/fakes/ports.ts'
import { policyOf } from './policy.ts'

test('the policy has one part for the whole week, and no limit where there is none', () => {
  const moneyPerDay = { nanos: 120_000_000_000n, currency: 'USD' }
  const limits = someLimits({ machines: 20, moneyPerDay })
  const cloud = anElasticFleet({ limits }, { warm: { machines: 1, stopped: 2 }, maxAgents: Infinity })
  const pool = aPool({ limits: { agents: 8, perScope: Infinity, perRepository: 2 }, warm: { agents: 3, standby: 1 } })
  const { pools, fleets } = policyOf({ pools: [pool], fleets: [cloud, aFleet()] })
  const whole = { fromMinute: 0, toMinute: 10_080 }
  const what = { limits: { agents: 8, perScope: undefined, perRepository: 2 }, warm: { agents: 3, standby: 1 } }
  expect(pools[0]).toMatchObject({ name: 'linux', labels: pool.labels, isolation: pool.isolation })
  expect(pools[0]?.week).toEqual([{ ...whole, what }])
  expect(fleets[0]?.week).toEqual([
    {
      ...whole,
      what: {
        limits: { agentsPerMachine: 100, machines: 20, machinesPerHour: undefined, moneyPerDay },
        warm: { machines: 1, stopped: 2 },
      },
    },
  ])
  expect(fleets[0]?.elastic).toMatchObject({ choose: 'ordered', maxAgents: undefined })
  expect(fleets[0]?.elastic).not.toHaveProperty('template')
  expect(fleets[1]).not.toHaveProperty('elastic')
})
