import { expect, test } from 'vitest'
import { openContext } from '../../../test/fakes/context.ts'
import { anAgent, now } from '../../../test/fakes/records.ts'
import type { Agent } from '../../domain/agent.ts'
import { mayBeAtWork } from './at-work.ts'

const cases: [Partial<Agent>, boolean][] = [
  [{ state: 'requested' }, false],
  [{ state: 'activating' }, true],
  [{ state: 'idle' }, true],
  [{ state: 'running' }, true],
  [{ state: 'running', job: 'github/j1/1', jobDoneAt: now }, false],
  [{ state: 'dismissing' }, true],
  [{ state: 'draining' }, false],
  [{ state: 'draining', source: 'left' }, true],
  [{ state: 'ending' }, false],
]

test.each(cases)('whether a job may run in %o: %s', async (patch, expected) => {
  expect(mayBeAtWork(await openContext(), anAgent(patch))).toBe(expected)
})
