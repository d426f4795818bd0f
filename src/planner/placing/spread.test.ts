import { describe, expect, test } from 'vitest'
import { aFleet, aPool } from '../../../test/fakes/ports.ts'
import { aContainer, aJob, aMachine, anAgent, aSnapshot, jobs, now, type Scene } from '../../../test/fakes/records.ts'
import { plan } from '../plan.ts'

/** On which machine an agent for each queued job of the repositories is started. */
function placed(spread: 'none' | 'repository', scene: Scene): string[] {
  const { actions } = plan(aSnapshot({ fleets: [aFleet({ spread })], machines: three, ...scene }), now)
  return actions.flatMap((action) => (action.kind === 'start-agent' ? [action.machine] : []))
}

const three = [aMachine(), aMachine({ key: 'm2' }), aMachine({ key: 'm3' })]
/** m1 and m2 are in use, m1 the fuller of them; m3 is empty. */
const used = [
  aContainer({ key: 'x1', machine: 'm1', resources: { milliCpu: 3000, memory: 0, disk: 0 } }),
  aContainer({ key: 'x2', machine: 'm2', resources: { milliCpu: 2000, memory: 0, disk: 0 } }),
]
const of = (repository: string, count: number) => jobs(count, { externalId: repository, repository })

describe('agents of one repository', () => {
  test('go onto one machine unless they are to be spread', () => {
    expect(placed('none', { containers: used, jobs: of('acme/a', 2) })).toEqual(['m1', 'm1'])
  })

  test('go onto different machines that are in use, the fullest first', () => {
    expect(placed('repository', { containers: used, jobs: of('acme/a', 4) })).toEqual(['m1', 'm2', 'm1', 'm2'])
  })

  test('do not take a machine more for that', () => {
    expect(placed('repository', { jobs: of('acme/a', 5) })).toEqual(['m1', 'm1', 'm1', 'm1', 'm2'])
  })

  test('are apart from those that run already', () => {
    const running = aJob({ externalId: 'r', state: 'running', repository: 'acme/a' })
    const agent = anAgent({ key: 'a1', machine: 'm1', state: 'running', job: running.key })
    const scene = { containers: used, agents: [agent], jobs: [running, ...of('acme/a', 1)] }
    expect(placed('repository', scene)).toEqual(['m2'])
    expect(placed('repository', { ...scene, jobs: [running, ...of('acme/b', 1)] })).toEqual(['m1'])
  })

  test('still stay in the fleets that their pool prefers', () => {
    const fleets = [aFleet({ spread: 'repository' }), aFleet({ name: 'far', spread: 'repository' })]
    const machines = [aMachine(), aMachine({ key: 'f1', fleet: 'far' })]
    const containers = [aContainer({ key: 'x', machine: 'f1' })]
    const pools = [aPool({ fleets: ['local', 'far'] })]
    expect(placed('repository', { fleets, machines, containers, pools, jobs: of('acme/a', 2) })).toEqual(['m1', 'm1'])
  })
})
