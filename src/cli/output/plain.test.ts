import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plain, plainData, plainJson, plainLines } from './plain.ts'

const escape = '\u001B'

describe('text from outside', () => {
  it.each([
    ['colours', `${escape}[31mred${escape}[0m`, '[31mred[0m'],
    ['a title', `${escape}]0;owned\u0007name`, ']0;ownedname'],
    ['one sign for an escape', '\u009B2Jname', '2Jname'],
    ['steps back', 'good\b\b\b\bevil', 'goodevil'],
    ['text that runs backwards', 'a\u202Eb', 'ab'],
    ['lines', 'one\r\n  two\nthree', 'one two three'],
    ['nothing to mend', 'Größe 界 👩‍💻', 'Größe 界 👩‍💻'],
  ])('%s', (_what, text, shown) => expect(plain(text)).toBe(shown))

  it('keeps its lines where it may have some', () => {
    expect(plainLines(`one\n${escape}[2Jtwo\r\n`)).toBe('one\n[2Jtwo\n')
  })

  it('is cleaned wherever it stands in an answer', () => {
    expect(plainData({ [`k${escape}`]: [`a${escape}`, 1, null, { b: '\u0000c' }] })).toEqual({
      k: ['a', 1, null, { b: 'c' }],
    })
  })

  it('is the same value as JSON, with nothing left that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const json = plainJson(texts)
        expect(JSON.parse(json)).toEqual(texts)
        expect(json).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
      }),
    )
  })
})
