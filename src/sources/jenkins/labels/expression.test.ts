import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LabelExpression } from '../../../domain/jobs/requirement.ts'
import { satisfies } from '../../../planner/demand/matching.ts'
import { parseLabels } from './expression.ts'

const jenkins = { chains: true }
const hudson = { chains: false }

const label = (name: string): LabelExpression => ({ op: 'label', label: name })
const both = (op: 'and' | 'or' | 'implies' | 'iff', left: LabelExpression, right: LabelExpression) =>
  ({ op, left, right }) as const
const not = (of: LabelExpression): LabelExpression => ({ op: 'not', of })
const [a, b, c] = [label('a'), label('b'), label('c')]

describe('a label expression', () => {
  it.each<[string, LabelExpression]>([
    ['a', a],
    ['  a\t', label('a')],
    ['a && b', both('and', a, b)],
    ['a&&b', both('and', a, b)],
    ['a && (b || !c)', both('and', a, both('or', b, not(c)))],
    ['a || b && c', both('or', a, both('and', b, c))],
    ['(a || b) && c', both('and', both('or', a, b), c)],
    ['!a || b', both('or', not(a), b)],
    ['!(a || b)', not(both('or', a, b))],
    ['a -> b', both('implies', a, b)],
    ['a->b', both('implies', a, b)],
    ['a <-> b', both('iff', a, b)],
    ['a<->b', both('iff', a, b)],
    ['a -> b <-> c', both('iff', both('implies', a, b), c)],
    ['a || b -> c', both('implies', both('or', a, b), c)],
    ['a && b && c', both('and', both('and', a, b), c)],
    ['a || b || c', both('or', both('or', a, b), c)],
    ['a <-> b <-> c', both('iff', both('iff', a, b), c)],
    ['linux-x64', label('linux-x64')],
    ['a-->b', both('implies', label('a-'), b)],
    ['-', label('-')],
    ['docker:27@host.example.com', label('docker:27@host.example.com')],
    ['"two words"', label('two words')],
    ['a && "two words"', both('and', a, label('two words'))],
    ['a && "say \\"hi\\""', both('and', a, label('say "hi"'))],
    ['a && "tab\\there"', both('and', a, label('tab\there'))],
    ["'a'", a],
  ])('%s', (text, expected) => {
    expect(parseLabels(text, jenkins)).toEqual(expected)
  })

  it.each([
    'old label',
    'a &&',
    '&& a',
    'a & b',
    'a | b',
    '!!a',
    '(a',
    'a)',
    'a -> b -> c',
    '()',
    'a < b',
    'a && "open',
    'a && "\\q"',
    'a ! b',
    "don't",
  ])('is none, but a label by that very name: %s', (text) => {
    expect(parseLabels(text, jenkins)).toEqual(label(text))
  })

  it.each(['', ' ', '""'])('may be nothing at all: %j', (text) => {
    expect(parseLabels(text, jenkins)).toBeUndefined()
  })

  it('is unquoted before it is read, as the controller does', () => {
    expect(parseLabels('"a && b"', jenkins)).toEqual(both('and', a, b))
    expect(parseLabels('"a\\u0041"', jenkins)).toEqual(label('aA'))
  })

  it('of Hudson has one operator of a kind', () => {
    expect(parseLabels('a && b || !c', hudson)).toEqual(both('or', both('and', a, b), not(c)))
    expect(parseLabels('a && b && c', hudson)).toEqual(label('a && b && c'))
    expect(parseLabels('(a && b) && c', hudson)).toEqual(both('and', both('and', a, b), c))
  })

  it('means, written out again in any way, what it meant', () => {
    fc.assert(
      fc.property(expressions, fc.subarray(NAMES), fc.boolean(), (expression, own, tight) => {
        const text = write(expression, tight)
        const parsed = parseLabels(text, jenkins)
        expect(parsed && holdsFor(own, parsed)).toBe(means(expression, new Set(own)))
      }),
    )
  })

  it('never fails, whatever the text', () => {
    const pieces = fc.constantFrom('a', 'b', '&&', '||', '->', '<->', '!', '(', ')', ' ', '"', "'", '\\', '-', '>')
    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 30 }), (text) => {
        const parsed = parseLabels(text, jenkins)
        expect(parsed === undefined || 'op' in parsed).toBe(true)
      }),
    )
  })
})

const NAMES = ['a', 'b-c', 'linux', 'with blank', 'q"uote']

const { expressions } = fc.letrec<{ expressions: LabelExpression }>((tie) => ({
  expressions: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...NAMES).map(label),
    tie('expressions').map(not),
    fc
      .tuple(fc.constantFrom('and', 'or', 'implies', 'iff'), tie('expressions'), tie('expressions'))
      .map(([op, left, right]): LabelExpression => ({ op, left, right })),
  ),
}))

const SIGNS = { and: '&&', or: '||', implies: '->', iff: '<->' } as const

/** With brackets round every part, which is always right. */
function write(expression: LabelExpression, tight: boolean): string {
  const space = tight ? '' : ' '
  switch (expression.op) {
    case 'label':
      return /[ "]/.test(expression.label) ? JSON.stringify(expression.label) : expression.label
    case 'not':
      return `!${bracketed(expression.of, tight)}`
    case 'and':
    case 'or':
    case 'implies':
    case 'iff':
      return [bracketed(expression.left, tight), SIGNS[expression.op], bracketed(expression.right, tight)].join(space)
  }
}

function bracketed(expression: LabelExpression, tight: boolean): string {
  return `(${write(expression, tight)})`
}

/** The meaning that Jenkins documents for its operators, on its own. */
function means(expression: LabelExpression, own: ReadonlySet<string>): boolean {
  switch (expression.op) {
    case 'label':
      return own.has(expression.label)
    case 'not':
      return !means(expression.of, own)
    case 'and':
      return [expression.left, expression.right].every((part) => means(part, own))
    case 'or':
      return [expression.left, expression.right].some((part) => means(part, own))
    case 'implies':
      return means(expression.left, own) ? means(expression.right, own) : true
    case 'iff':
      return means(expression.left, own) ? means(expression.right, own) : !means(expression.right, own)
  }
}

function holdsFor(labels: readonly string[], expression: LabelExpression): boolean {
  return satisfies({ name: 'p', labels }, { kind: 'expression', expression, matchCase: true })
}
