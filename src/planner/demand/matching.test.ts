import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LabelExpression, Requirement } from '../../domain/jobs/requirement.ts'
import { missingLabels, satisfies } from './matching.ts'

const pool = { name: 'linux', labels: ['self-hosted', 'Linux', 'x64'] }
const all = (labels: string[], matchCase = false): Requirement => ({ kind: 'all', labels, matchCase })
const is = (label: string): LabelExpression => ({ op: 'label', label })
const not = (of: LabelExpression): LabelExpression => ({ op: 'not', of })
const both = (
  op: 'and' | 'or' | 'implies' | 'iff',
  left: LabelExpression,
  right: LabelExpression,
): LabelExpression => ({
  op,
  left,
  right,
})

describe('labels', () => {
  const cases: [string, Requirement, boolean][] = [
    ['all of the asked ones', all(['self-hosted', 'x64']), true],
    ['in another case', all(['SELF-HOSTED', 'linux', 'X64']), true],
    ['in another case where case matters', all(['linux'], true), false],
    ['in the same case where case matters', all(['Linux'], true), true],
    ['one too many', all(['linux', 'gpu']), false],
    ['none asked', all([]), true],
    ['a pool by its name', { kind: 'pool', pool: 'linux' }, true],
    ['another pool by its name', { kind: 'pool', pool: 'self-hosted' }, false],
  ]
  test.each(cases)('%s', (_name, requirement, expected) => {
    expect(satisfies(pool, requirement)).toBe(expected)
  })

  test('what a pool lacks is named as the job spells it', () => {
    expect(missingLabels(pool, all(['LINUX', 'GPU', 'arm64']))).toEqual(['GPU', 'arm64'])
  })
})

describe('expressions', () => {
  const yes = is('x64')
  const no = is('gpu')
  const cases: [string, LabelExpression, boolean][] = [
    ['a label', yes, true],
    ['a label in another case', is('X64'), false],
    ['not', not(no), true],
    ['not, of one that is there', not(yes), false],
    ['and', both('and', yes, no), false],
    ['or', both('or', no, yes), true],
    ['or of two that are not', both('or', no, no), false],
    ['implies, from false', both('implies', no, no), true],
    ['implies, true to false', both('implies', yes, no), false],
    ['implies, true to true', both('implies', yes, yes), true],
    ['iff of two that are not', both('iff', no, no), true],
    ['iff of two that differ', both('iff', no, yes), false],
  ]
  test.each(cases)('%s', (_name, expression, expected) => {
    expect(satisfies(pool, { kind: 'expression', expression, matchCase: true })).toBe(expected)
  })

  test('mean what the same words mean in logic', () => {
    fc.assert(
      fc.property(pairs, fc.subarray([...names]), ({ expression, direct }, labels) => {
        const requirement: Requirement = { kind: 'expression', expression, matchCase: true }
        expect(satisfies({ name: 'p', labels }, requirement)).toBe(direct(new Set(labels)))
      }),
      { numRuns: 1000 },
    )
  })
})

/** An expression, and what it means, built side by side. */
interface Pair {
  readonly expression: LabelExpression
  readonly direct: (labels: ReadonlySet<string>) => boolean
}

const names = ['a', 'b', 'c'] as const
const meanings = {
  and: (left: boolean, right: boolean) => left && right,
  or: (left: boolean, right: boolean) => left || right,
  implies: (left: boolean, right: boolean) => (left ? right : true),
  iff: (left: boolean, right: boolean) => left === right,
}
const { pairs } = fc.letrec<{ pairs: Pair }>((tie) => ({
  pairs: fc.oneof(
    { maxDepth: 5 },
    fc
      .constantFrom(...names)
      .map((name) => ({ expression: is(name), direct: (labels: ReadonlySet<string>) => labels.has(name) })),
    tie('pairs').map(({ expression, direct }) => ({
      expression: not(expression),
      direct: (labels: ReadonlySet<string>) => !direct(labels),
    })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const, 'implies' as const, 'iff' as const),
        tie('pairs'),
        tie('pairs'),
      )
      .map(([op, left, right]) => ({
        expression: both(op, left.expression, right.expression),
        direct: (labels: ReadonlySet<string>) => meanings[op](left.direct(labels), right.direct(labels)),
      })),
  ),
}))
