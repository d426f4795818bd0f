import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requirementKey, requirementText, type LabelExpression, type Requirement } from './requirement.ts'

const all = (labels: string[], matchCase = false): Requirement => ({ kind: 'all', labels, matchCase })
const label = (name: string): LabelExpression => ({ op: 'label', label: name })
const expression = (of: LabelExpression): Requirement => ({ kind: 'expression', expression: of, matchCase: true })

describe('one key for equal requirements', () => {
  test('order, case and repeats of labels do not matter where case does not', () => {
    expect(requirementKey(all(['Linux', 'x64', 'x64']))).toBe(requirementKey(all(['X64', 'linux'])))
  })

  test('case matters where the source says so', () => {
    expect(requirementKey(all(['Linux'], true))).not.toBe(requirementKey(all(['linux'], true)))
  })

  test('a pool, labels and an expression of the same word differ', () => {
    const requirements = [all(['linux']), expression(label('linux')), { kind: 'pool', pool: 'linux' } as const]
    expect(new Set(requirements.map(requirementKey)).size).toBe(3)
  })

  test('expressions differ by what they ask for', () => {
    const both: LabelExpression = { op: 'and', left: label('a'), right: label('b') }
    const either: LabelExpression = { op: 'or', left: label('a'), right: label('b') }
    expect(requirementKey(expression(both))).not.toBe(requirementKey(expression(either)))
  })

  test('no spelling of a label makes one set look like another', () => {
    const names = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\\', ' '), minLength: 1 }), {
      minLength: 1,
      maxLength: 3,
    })
    const meaning = (labels: readonly string[]) => JSON.stringify([...new Set(labels)].sort())
    fc.assert(
      fc.property(names, names, (one, other) => {
        expect(requirementKey(all(one)) === requirementKey(all(other))).toBe(meaning(one) === meaning(other))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('in words', () => {
  test('as people write it', () => {
    const either: LabelExpression = { op: 'or', left: label('a'), right: { op: 'not', of: label('b') } }
    const both: LabelExpression = { op: 'and', left: either, right: label('c') }
    expect(requirementText(all(['self-hosted', 'Linux']))).toBe('self-hosted Linux')
    expect(requirementText({ kind: 'pool', pool: 'linux' })).toBe('pool linux')
    expect(requirementText(expression(both))).toBe('(a || !b) && c')
    expect(requirementText(expression({ op: 'implies', left: both, right: { op: 'not', of: either } }))).toBe(
      '((a || !b) && c) -> !(a || !b)',
    )
  })
})
