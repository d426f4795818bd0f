import { expect, test } from 'vitest'
import { aMadeMachine, planOf } from '../../../test/fakes/made.ts'
import { aPool } from '../../../test/fakes/ports.ts'
import { aStandby, jobs } from '../../../test/fakes/records.ts'

/** The machine `m1` of a fleet whose machines have `maxAgents` agents, two of them over already. */
function placedOn(maxAgents: number, standbys: readonly string[]): string[] {
  const pool = aPool({ fleets: ['cloud'], warm: { agents: 0, standby: 1 } })
  const machine = aMadeMachine({ agentsHad: 2 })
  const containers = standbys.map((key) => aStandby(key, pool))
  const { actions } = planOf({ pools: [pool], machines: [machine], containers, jobs: jobs(4), elastic: { maxAgents } })
  return actions.flatMap((action) => {
    if (action.kind === 'start-agent') return [action.standby === undefined ? 'agent' : `agent in ${action.standby}`]
    return action.kind === 'prepare-standby' ? ['standby'] : []
  })
}

test.each([
  [2, [], []],
  [3, [], ['agent']],
  [4, [], ['agent', 'agent']],
  // Who takes a standby container over takes the place that it held, and nobody else's.
  [3, ['s1'], ['agent in s1']],
  [4, ['s1'], ['agent in s1', 'agent']],
  [4, ['s1', 's2'], ['agent in s1', 'agent in s2']],
])('of %i agents in all two are over, %j are prepared: room for %j', (maxAgents, standbys, placed) => {
  expect(placedOn(maxAgents, standbys).toSorted()).toEqual(placed.toSorted())
})
