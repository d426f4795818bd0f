import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stateOfEvent, stateOfReading, toObservation, workflowJobSchema } from './workflow-job.ts'

const at = { via: 'event', began: 5, source: 'github', scope: 'acme', repository: 'acme/x', origin: 'unknown' } as const
const job = { id: 32_000_000_000, labels: ['self-hosted', 'Linux'], run_attempt: 2 }

function observe(change: object, state: 'waiting' | 'queued' | 'running' | 'done') {
  return toObservation(workflowJobSchema.parse({ ...job, ...change }), { ...at, state })
}

describe('a workflow job', () => {
  it.each([
    ['queued', 'queued'],
    ['waiting', 'waiting'],
    ['in_progress', 'running'],
    ['completed', 'done'],
    ['constructor', undefined],
    ['reticulated', undefined],
  ])('action %s is state %s', (action, state) => {
    expect(stateOfEvent(action)).toBe(state)
  })

  it.each([
    ['requested', 'waiting'],
    ['pending', 'waiting'],
    ['waiting', 'waiting'],
    ['queued', 'queued'],
    ['in_progress', 'running'],
    ['completed', 'done'],
    ['toString', undefined],
    [null, undefined],
  ])('status %s is state %s', (status, state) => {
    expect(stateOfReading(status)).toBe(state)
  })

  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['startup_failure', 'failure'],
    ['cancelled', 'cancelled'],
    ['stale', 'cancelled'],
    ['skipped', 'skipped'],
    ['timed_out', 'timed_out'],
    ['neutral', 'neutral'],
    ['action_required', 'action_required'],
    ['evaporated', 'neutral'],
    ['__proto__', 'neutral'],
    [null, 'neutral'],
  ])('conclusion %s is %s', (conclusion, expected) => {
    expect(observe({ conclusion }, 'done').conclusion).toBe(expected)
  })

  it('keeps its identity, and asks for labels whose case does not matter', () => {
    expect(observe({ run_id: 7, name: 'build', workflow_name: 'CI', html_url: 'https://x/1' }, 'queued')).toEqual({
      ...at,
      state: 'queued',
      externalId: '32000000000',
      attempt: 2,
      requirement: { kind: 'all', labels: ['self-hosted', 'Linux'], matchCase: false },
      workflow: 'CI',
      name: 'build',
      runId: '7',
      url: 'https://x/1',
    })
  })

  it.each([
    ['queued', undefined],
    ['waiting', undefined],
    ['running', 'r1'],
    ['done', 'r1'],
  ] as const)('names its runner once it runs: %s, %s', (state, takenBy) => {
    expect(observe({ runner_name: 'r1' }, state).takenBy).toBe(takenBy)
    expect(observe({ runner_name: '' }, state).takenBy).toBeUndefined()
  })

  it('without labels is not understood, for it would match everything', () => {
    expect(workflowJobSchema.safeParse({ id: 1 }).success).toBe(false)
    expect(workflowJobSchema.safeParse({ id: 1, labels: 'linux' }).success).toBe(false)
  })

  it('of any shape is understood or not, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { data } = workflowJobSchema.safeParse(value)
        return data === undefined || toObservation(data, { ...at, state: 'done' }).externalId !== ''
      }),
    )
  })
})
