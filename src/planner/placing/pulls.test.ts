import { describe, expect, test } from 'vitest'
import { aFleet, aPool } from '../../../test/fakes/ports.ts'
import {
  aBackoff,
  aJob,
  aMachine,
  anAgent,
  aRequest,
  aScope,
  aSnapshot,
  now,
  type Scene,
} from '../../../test/fakes/records.ts'
import { plan } from '../plan.ts'

function pulled(scene: Scene): string[] {
  const { actions } = plan(aSnapshot({ images: [], ...scene }), now)
  return actions.flatMap((action) => (action.kind === 'pull-image' ? [`${action.machine}/${action.image}`] : []))
}

describe('images are fetched ahead', () => {
  const cases: [string, Scene, string[]][] = [
    [
      "each pool's onto each machine of its fleets",
      { machines: [aMachine(), aMachine({ key: 'm2' })] },
      ['m1/agent', 'm2/agent'],
    ],
    ['once where two pools share it', { pools: [aPool(), aPool({ name: 'b' })] }, ['m1/agent']],
    ['not where it is', { images: ['m1/agent'] }, []],
    [
      'not onto a machine of another fleet',
      { machines: [aMachine({ fleet: 'other' })], fleets: [aFleet({ name: 'other' })] },
      [],
    ],
    ['not onto a machine that takes no work', { machines: [aMachine({ state: 'unreachable' })] }, []],
    ['not while it backs off', { backoffs: [aBackoff('image:m1/agent')] }, []],
    ['again once the backoff is over', { backoffs: [aBackoff('image:m1/agent', { until: now })] }, ['m1/agent']],
  ]
  test.each(cases)('%s', (_name, scene, expected) => {
    expect(pulled(scene)).toEqual(expected)
  })
})

describe('images that pushed jobs bring', () => {
  const job = aJob({ source: 'ci', scope: 'ci', request: aRequest({ image: 'tool:1' }) })
  const scene: Scene = {
    scopes: [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })],
    pools: [aPool({ serves: [{ source: 'ci' }] })],
    images: ['m1/agent'],
  }

  test('are fetched for a job that waits', () => {
    expect(pulled({ ...scene, jobs: [job] })).toEqual(['m1/tool:1'])
  })

  test('and not for one that has its agent', () => {
    const own = anAgent({ source: 'ci', scope: 'ci', job: job.key, state: 'requested' })
    expect(pulled({ ...scene, jobs: [job], agents: [own] })).toEqual([])
  })
})
