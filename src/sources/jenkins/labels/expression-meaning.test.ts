import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { satisfies } from '../../../planner/demand/matching.ts'
import { parseLabels } from './expression.ts'

/*
 * The meaning of a text, found in another way than the reader does: brackets are worked out from the inside, and what is
 * left is cut at its loosest sign first.
 */

/** Undefined: the text is no expression. */
type Truth = boolean | undefined

const SIGNS: Readonly<Record<string, string>> = { '&&': '&', '||': '|', '->': '>', '<->': '=' }

function truthOf(pieces: readonly string[], own: readonly string[], chains: boolean): Truth {
  const letter = (piece: string): string => (own.includes(piece) ? 'T' : 'F')
  const text = pieces.map((piece) => SIGNS[piece] ?? (/\w/.test(piece) ? letter(piece) : piece)).join('')
  return reduced(text, chains ? Infinity : 2)
}

function reduced(text: string, most: number): Truth {
  const [whole, inner] = /\(([^()]*)\)/.exec(text) ?? []
  if (whole === undefined || inner === undefined) return withoutBrackets(text, most)
  const truth = withoutBrackets(inner, most)
  return truth === undefined ? undefined : reduced(text.replace(whole, truth ? 'T' : 'F'), most)
}

function withoutBrackets(text: string, most: number): Truth {
  const atom = (part: string): Truth => (/^!?[TF]$/.test(part) ? part === 'T' || part === '!F' : undefined)
  const and = cut('&', most, atom, (left, right) => left && right)
  const or = cut('|', most, and, (left, right) => left || right)
  const implies = cut('>', 2, or, (left, right) => !left || right)
  return cut('=', most, implies, (left, right) => left === right)(text)
}

/** Takes a text apart at a sign, of which there may be so many parts, and joins what these mean from the left. */
function cut(
  sign: string,
  most: number,
  mean: (part: string) => Truth,
  join: (left: boolean, right: boolean) => boolean,
): (text: string) => Truth {
  return (text) => {
    const parts = text.split(sign)
    const truths = parts.map(mean).filter((truth) => truth !== undefined)
    return parts.length > most || truths.length < parts.length ? undefined : truths.reduce(join)
  }
}

function ours(text: string, own: readonly string[], chains: boolean): Truth {
  const expression = parseLabels(text, { chains })
  const strange = expression?.op === 'label' && expression.label === text && !/^\w$/.test(text)
  if (!expression || strange) return undefined
  return satisfies({ name: 'p', labels: own }, { kind: 'expression', expression, matchCase: true })
}

const operands = ['a', 'b', 'c', 'a', 'b', 'c', '! a', '! b', '( a', 'b )', '! ( c', '! !']
const signs = ['&&', '||', '->', '<->', '&&', '||', ')', 'a']

/** Operands and signs in turn: about as often right as wrong. */
const tidy = fc
  .array(fc.tuple(fc.constantFrom(...operands), fc.constantFrom(...signs)), { minLength: 1, maxLength: 5 })
  .map((pairs) => pairs.flat().slice(0, -1))
const wild = fc.array(fc.constantFrom('a', 'b', '!', '(', ')', ...signs), { minLength: 1, maxLength: 9 })

describe.each([
  ['Jenkins', true],
  ['Hudson', false],
])('any text means to us what it means to %s', (_system, chains) => {
  it('be it an expression or one strange label', () => {
    fc.assert(
      fc.property(fc.oneof(tidy, wild), fc.subarray(['a', 'b', 'c']), (pieces, own) => {
        const text = pieces.join(' ')
        expect(ours(text, own, chains)).toBe(truthOf(text.split(' '), own, chains))
      }),
      { numRuns: 2000 },
    )
  })

  it('of texts that are of both kinds in good measure', () => {
    const texts = fc.sample(tidy, { numRuns: 1000, seed: 1 }).map((pieces) => pieces.join(' ').split(' '))
    const expressions = texts.filter((pieces) => truthOf(pieces, [], chains) !== undefined)
    expect(expressions.length).toBeGreaterThan(200)
    expect(expressions.length).toBeLessThan(900)
  })
})
