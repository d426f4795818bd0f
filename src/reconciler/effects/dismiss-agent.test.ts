import { describe, expect, test } from 'vitest'
import { openContext } from '../../../test/fakes/context.ts'
import { anAgent } from '../../../test/fakes/records.ts'
import type { AgentState } from '../../domain/agent.ts'
import { NotFound, Transient } from '../../domain/errors.ts'
import { dismissAgent } from './dismiss-agent.ts'

type Activity = 'idle' | 'running' | 'unknown' | Error
type Answer = 'gone' | 'busy' | Error

async function dismiss(activity: Activity, answer: Answer, state: AgentState = 'dismissing') {
  const dismissed: string[] = []
  const settle = <T>(value: T | Error): Promise<T> =>
    value instanceof Error ? Promise.reject(value) : Promise.resolve(value)
  const context = await openContext({
    agents: [anAgent({ state, endReason: 'no job needed it' })],
    runtime: { activity: () => settle<'idle' | 'running' | 'unknown'>(activity) },
    source: {
      dismiss: ({ name }) => {
        dismissed.push(name)
        return settle<'gone' | 'busy'>(answer)
      },
    },
  })
  await dismissAgent(context, 'a1')
  return { context, dismissed, state: context.state.agents.get('a1')?.state }
}

describe('dismissing an agent', () => {
  const cases: [string, Activity, Answer, AgentState][] = [
    ['that is idle and forgotten by its source: it drains', 'idle', 'gone', 'draining'],
    ['that its source has just given a job: it stays', 'idle', 'busy', 'running'],
    ['of which the engine can not tell: the source decides, gone', 'unknown', 'gone', 'draining'],
    ['of which the engine can not tell: the source decides, busy', 'unknown', 'busy', 'running'],
    ['whose engine does not answer: the source decides, gone', new Transient('no answer'), 'gone', 'draining'],
    ['whose engine does not answer: the source decides, busy', new Transient('no answer'), 'busy', 'running'],
    ['whose container is gone: it drains', new NotFound('no container'), 'gone', 'draining'],
    ['whose source errs: it is tried again', 'idle', new Transient('bad gateway'), 'dismissing'],
  ]
  test.each(cases)('%s', async (_name, activity, answer, expected) => {
    expect((await dismiss(activity, answer)).state).toBe(expected)
  })

  test('that is at work is called off before its source is asked, whatever that would say', async () => {
    const { state, dismissed, context } = await dismiss('running', 'gone')
    expect([state, dismissed]).toEqual(['running', []])
    expect(context.state.registrations.size).toBe(1)
  })

  test('that drains has no registration left', async () => {
    const { context, dismissed } = await dismiss('idle', 'gone')
    expect(dismissed).toEqual(['slipway-test-a1-1'])
    expect(context.state.registrations.size).toBe(0)
  })

  test('that is not to be dismissed any more does nothing', async () => {
    const { state, dismissed } = await dismiss('idle', 'gone', 'running')
    expect([state, dismissed]).toEqual(['running', []])
  })

  test('whose source errs holds the scope up for a while', async () => {
    const { context } = await dismiss('idle', new Transient('bad gateway'))
    expect(context.backoffs.failures('scope:github/acme')).toBe(1)
  })
})
