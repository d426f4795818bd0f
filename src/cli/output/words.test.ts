import { expect, it } from 'vitest'
import type { Requirement } from '../client/types.ts'
import { counted, requirementText, since, timeText } from './words.ts'

const label = (name: string) => ({ op: 'label', label: name }) as const

it.each<[Requirement, string]>([
  [{ kind: 'all', labels: ['self-hosted', 'linux'] }, 'self-hosted linux'],
  [{ kind: 'pool', pool: 'large' }, 'pool large'],
  [{ kind: 'expression', expression: label('linux') }, 'linux'],
  [
    { kind: 'expression', expression: { op: 'and', left: label('a'), right: { op: 'not', of: label('b') } } },
    'a && !b',
  ],
  [
    {
      kind: 'expression',
      expression: {
        op: 'not',
        of: { op: 'or', left: label('a'), right: { op: 'iff', left: label('b'), right: label('c') } },
      },
    },
    '!(a || (b <-> c))',
  ],
])('%j reads %s', (requirement, text) => expect(requirementText(requirement)).toBe(text))

it('tells times and counts in words', () => {
  expect(since(undefined, 5000)).toBe('')
  expect(since(1000, 66_000)).toBe('1m5s')
  expect(timeText(0)).toBe('1970-01-01T00:00:00Z')
  expect([counted(1, 'job'), counted(0, 'job')]).toEqual(['1 job', '0 jobs'])
})
