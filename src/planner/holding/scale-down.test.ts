import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import {
  aJob,
  agents,
  aMachine,
  anAgent,
  aRequest,
  aScope,
  aSnapshot,
  aStandby,
  jobs,
  now,
  type Scene,
} from '../../../test/fakes/records.ts'
import type { Agent, AgentState } from '../../domain/agent.ts'
import type { Action } from '../../domain/plan.ts'
import { plan } from '../plan.ts'

function reasons(scene: Scene, kind: Action['kind'] = 'dismiss-agent'): string[] {
  const { actions } = plan(aSnapshot(scene), now)
  return actions.flatMap((action) => (action.kind === kind && 'reason' in action ? [action.reason] : []))
}

/** Idle for long, and nobody needs it. */
const spare = anAgent({ stateAt: now - 60_000 })
const cordon = { reason: 'disk swap', by: 'ann', at: now }
const wide = aScope({ width: { repositories: ['evil/x'], allowsPublic: false } })
const late: Partial<Agent> = { registered: false, activatedAt: now - 120_000 }

describe('an idle agent is dismissed', () => {
  const cases: [string, Scene, string][] = [
    ['when Slipway drains', { draining: true, agents: [anAgent()] }, 'Slipway is draining'],
    [
      'when its machine is cordoned',
      { machines: [aMachine({ cordon })], agents: [anAgent()] },
      'machine m1 is cordoned: disk swap',
    ],
    ['when its pool is gone', { agents: [anAgent({ pool: 'old' })] }, 'pool old is no longer in the configuration'],
    ['when its scope is gone', { scopes: [], agents: [anAgent()] }, 'scope acme is no longer in the configuration'],
    [
      'when its scope has become too wide',
      { scopes: [wide], agents: [anAgent()] },
      'scope acme admits evil/x, which the allow list of pool linux does not',
    ],
    ['when it did not register in time', { agents: [anAgent(late)] }, 'it did not register within 120 s'],
    ['when it is too old', { agents: [anAgent({ createdAt: now - 86_400_000 })] }, 'it reached its maximum age'],
    ['when nobody needs it', { agents: [spare] }, 'no job needed it for 60 s'],
  ]
  test.each(cases)('%s', (_name, scene, reason) => {
    expect(reasons(scene)).toEqual([reason])
  })

  test('for the first reason that applies, in this order', () => {
    const scene: Scene = {
      draining: true,
      machines: [aMachine({ cordon })],
      scopes: [wide],
      agents: [anAgent({ ...late, stateAt: now - 60_000, createdAt: now - 86_400_000 })],
    }
    const without: [Partial<Scene>, string][] = [
      [{}, 'draining'],
      [{ draining: false }, 'cordoned'],
      [{ machines: [aMachine()] }, 'admits'],
      [{ scopes: [aScope()] }, 'register'],
      [{ agents: [anAgent({ stateAt: now - 60_000, createdAt: now - 86_400_000 })] }, 'maximum age'],
      [{ agents: [spare] }, 'no job needed'],
    ]
    const left: Scene = { ...scene }
    for (const [patch, word] of without) {
      Object.assign(left, patch)
      expect(reasons(left)).toEqual([expect.stringContaining(word)])
    }
  })
})

test('an agent whose machine does not answer keeps nobody warm, and no other is dismissed on its account', () => {
  const machines = [aMachine(), aMachine({ key: 'm2', state: 'unreachable' })]
  const idle = (key: string, machine: string, ago: number) => anAgent({ key, machine, stateAt: now - ago })
  const two = [idle('here', 'm1', 90_000), idle('lost', 'm2', 70_000)]
  const dismissed = (warm: number) =>
    plan(
      aSnapshot({ machines, agents: two, pools: [aPool({ warm: { agents: warm, standby: 0 } })] }),
      now,
    ).actions.flatMap((action) => (action.kind === 'dismiss-agent' ? [action.agent] : []))
  expect([dismissed(0), dismissed(1), dismissed(2)]).toEqual([['here', 'lost'], ['lost'], []])
})

describe('an agent stays', () => {
  const busy: AgentState[] = ['requested', 'activating', 'running', 'dismissing', 'draining', 'ending']
  test.each(busy)('while it is %s, whatever the reason would be', (state) => {
    const old = anAgent({ state, stateAt: now - 1000, createdAt: 0, ...late, pool: 'gone' })
    expect(reasons({ draining: true, machines: [aMachine({ cordon })], scopes: [], agents: [old] })).toEqual([])
  })

  const kept: [string, Scene][] = [
    ['until its idle timeout', { agents: [anAgent({ stateAt: now - 59_999 })] }],
    ['while a job is queued for it', { agents: [spare], jobs: jobs(1) }],
    ['while it is one of the warm ones', { agents: [spare], pools: [aPool({ warm: { agents: 1, standby: 0 } })] }],
    [
      'until a reading that began after its time to register still lacks it',
      { agents: [anAgent(late)], lookedAt: now - 1 },
    ],
    ['until it had its time to register', { agents: [anAgent({ ...late, activatedAt: now - 119_999 })] }],
    ['while the width of its scope is not known', { agents: [anAgent()], scopes: [aScope({ width: undefined })] }],
  ]
  test.each(kept)('%s', (_name, scene) => {
    expect(reasons(scene)).toEqual([])
  })

  test('beyond the warm ones and the queue only: the longest idle go', () => {
    const idle = [60_000, 90_000, 80_000, 70_000].map((ms, i) => anAgent({ key: `a${i}`, stateAt: now - ms }))
    const pools = [aPool({ warm: { agents: 1, standby: 0 } })]
    const { actions } = plan(aSnapshot({ pools, agents: idle, jobs: jobs(1) }), now)
    expect(actions).toMatchObject([{ agent: 'a1' }, { agent: 'a2' }])
  })

  test('agents on their way count as spare first, but are not dismissed', () => {
    const coming = agents(2, { key: 'c', state: 'requested' })
    const { actions } = plan(aSnapshot({ agents: [...coming, spare], jobs: jobs(2) }), now)
    expect(actions).toMatchObject([{ kind: 'dismiss-agent', agent: 'a1' }])
  })
})

describe('a running agent', () => {
  const over = anAgent({ state: 'running', job: 'github/x/1', stateAt: now - 9_000_000 })

  test('whose job is over for long is asked to go', () => {
    expect(reasons({ agents: [{ ...over, jobDoneAt: now - 300_000 }] })).toEqual([
      'its job is over and it has not ended by itself',
    ])
  })

  test('whose job is over just now is left to end by itself, however long it ran', () => {
    expect(reasons({ agents: [{ ...over, jobDoneAt: now - 299_999 }] })).toEqual([])
  })

  test('is asked again only after as long', () => {
    expect(reasons({ agents: [{ ...over, jobDoneAt: now - 900_000, stateAt: now - 1000 }] })).toEqual([])
  })

  test('that does not end by itself is asked at once, and again soon after its source called it busy', () => {
    const scopes = [aScope({ agentsStay: true })]
    const asked = (patch: Partial<Agent>) => reasons({ scopes, agents: [{ ...over, ...patch }] })
    expect(asked({ jobDoneAt: now })).toEqual(['its job is over'])
    expect(asked({ jobDoneAt: now - 10_000, stateAt: now - 4999 })).toEqual([])
    expect(asked({ jobDoneAt: now - 10_000, stateAt: now - 5000 })).toEqual(['its job is over'])
  })

  test('whose job nobody has told to be over is left alone', () => {
    expect(reasons({ agents: [over] })).toEqual([])
  })
})

describe("the user's own word ends a `fixed` agent", () => {
  const job = aJob({ source: 'ci', scope: 'ci', request: aRequest({ timeoutMs: 60_000 }) })
  const own = anAgent({ source: 'ci', scope: 'ci', job: job.key, state: 'running', activatedAt: now - 59_999 })
  const scopes = [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })]
  const pools = [aPool({ serves: [{ source: 'ci' }] })]
  const base: Scene = { scopes, pools }

  test('its timeout', () => {
    expect(reasons({ ...base, jobs: [job], agents: [own] }, 'end-agent')).toEqual([])
    const overdue = { ...own, activatedAt: now - 60_000 }
    expect(reasons({ ...base, jobs: [job], agents: [overdue] }, 'end-agent')).toEqual([
      'the job reached its timeout of 60 s',
    ])
  })

  test('not before its machine was looked at since: it may have ended in time', () => {
    const overdue = { ...own, activatedAt: now - 60_000 }
    expect(reasons({ ...base, jobs: [job], agents: [overdue], lookedAt: now - 1 }, 'end-agent')).toEqual([])
  })

  test.each(['requested', 'activating', 'dismissing', 'draining'] as const)('not while it is %s', (state) => {
    const unbegun = { ...own, state, activatedAt: now - 60_000 }
    expect(reasons({ ...base, jobs: [job], agents: [unbegun] }, 'end-agent')).toEqual([])
  })

  test.each(['requested', 'activating', 'running', 'draining'] as const)('a cancel, while it is %s', (state) => {
    const cancelled = { ...job, cancelRequestedAt: now }
    expect(reasons({ ...base, jobs: [cancelled], agents: [{ ...own, state }] }, 'end-agent')).toEqual([
      'the job was cancelled',
    ])
  })

  test('once: not when it ends already', () => {
    const cancelled = { ...job, cancelRequestedAt: now }
    expect(reasons({ ...base, jobs: [cancelled], agents: [{ ...own, state: 'ending' }] }, 'end-agent')).toEqual([])
  })
})

describe('a standby container is removed', () => {
  const pool = aPool({ warm: { agents: 0, standby: 1 } })
  const cases: [string, Scene, string[]][] = [
    ['not while its pool wants it', { containers: [aStandby('s1', pool)] }, []],
    [
      'when it is one too many, the youngest first',
      { containers: [aStandby('s1', pool), aStandby('s2', pool)] },
      ['warm.standby wants 1'],
    ],
    [
      'when its pool is gone',
      { pools: [aPool({ name: 'new' })], containers: [aStandby('s1', pool)] },
      ['pool linux no longer keeps such containers'],
    ],
    [
      'when its pool now has another image',
      { pools: [{ ...pool, image: 'new' }], containers: [aStandby('s1', pool)], images: [] },
      ['pool linux no longer keeps such containers'],
    ],
    ['when its machine is gone', { machines: [], containers: [aStandby('s1', pool)] }, ['its machine m1 is gone']],
    [
      'when its machine is cordoned',
      { machines: [aMachine({ cordon })], containers: [aStandby('s1', pool)] },
      ['its machine is cordoned: disk swap'],
    ],
    ['when it is too old', { containers: [aStandby('s1', pool, { createdAt: now - 86_400_000 })] }, ['it is too old']],
    ['when Slipway drains', { draining: true, containers: [aStandby('s1', pool)] }, ['Slipway is draining']],
    [
      'not when it is removed already',
      { draining: true, containers: [aStandby('s1', pool, { state: 'removing' })] },
      [],
    ],
    [
      'not when this plan gives it to an agent',
      { pools: [aPool()], containers: [aStandby('s1', aPool())], jobs: jobs(1) },
      [],
    ],
  ]
  test.each(cases)('%s', (_name, scene, expected) => {
    expect(reasons({ pools: [pool], ...scene }, 'remove-standby')).toEqual(expected)
  })
})
