import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesAny, matchesAnyExactly } from './pattern.ts'

describe('patterns', () => {
  const cases: [string, string, boolean][] = [
    ['acme/*', 'acme/widgets', true],
    ['acme/*', 'acme/', true],
    ['acme/*', 'acme', false],
    ['acme/*', 'evil/acme/widgets', false],
    ['*/widgets', 'acme/widgets', true],
    ['*/widgets', 'acme/widgets-fork', false],
    ['acme/a', 'acme/a', true],
    ['acme/a', 'acme/ab', false],
    ['a*b', 'ab', true],
    ['ab*b', 'ab', false],
    ['ab*ba', 'aba', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'acb', false],
    ['a*bc*bc', 'abc', false],
    ['a*bc*bc', 'abcbc', true],
    ['a**c', 'abc', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
    ['a+', 'aa', false],
    ['[a]', 'a', false],
    ['ACME/*', 'acme/Widgets', true],
  ]
  test.each(cases)('%j and %j: %s', (pattern, text, expected) => {
    expect(matchesAny([pattern], text)).toBe(expected)
  })

  test('one of several is enough, and none admits nothing', () => {
    expect(matchesAny(['x', 'acme/*'], 'acme/a')).toBe(true)
    expect(matchesAny([], 'acme/a')).toBe(false)
  })

  test('the exact form regards case', () => {
    expect(matchesAnyExactly(['app:*'], 'app:V1')).toBe(true)
    expect(matchesAnyExactly(['app:v1'], 'app:V1')).toBe(false)
    expect(matchesAnyExactly(['APP:*'], 'app:v1')).toBe(false)
  })
})

/** Few letters, so that patterns and texts meet often; those that mean something to a RegExp among them. */
const letters = fc.constantFrom('a', 'b', 'B', '/', '.', '+', '\n')
const texts = fc.string({ unit: letters, maxLength: 12 })
const patterns = fc.string({ unit: fc.oneof(letters, fc.constant('*')), maxLength: 8 })

function asRegExp(pattern: string, flags: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^]*')}$`, flags)
}

test('any pattern means what the equivalent RegExp means', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      expect(matchesAny([pattern], text)).toBe(asRegExp(pattern, 'i').test(text))
      expect(matchesAnyExactly([pattern], text)).toBe(asRegExp(pattern, '').test(text))
    }),
    { numRuns: 2000 },
  )
})

test('a text made from a pattern matches it', () => {
  fc.assert(
    fc.property(patterns, fc.array(texts, { minLength: 8, maxLength: 8 }), (pattern, fillers) => {
      let next = 0
      const text = pattern.replace(/\*/g, () => fillers[next++] ?? '')
      expect(matchesAny([pattern], text)).toBe(true)
    }),
  )
})
