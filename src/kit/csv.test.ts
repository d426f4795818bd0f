import { expect, it } from 'vitest'
import { csvText } from './csv.ts'

it('quotes what needs it and leaves the rest', () => {
  expect(
    csvText([
      ['a', 1, undefined, 'b c'],
      ['x,y', 'say "hi"', 'two\nlines', -3],
    ]),
  ).toBe('a,1,,b c\r\n"x,y","say ""hi""","two\nlines",-3\r\n')
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('lets no spreadsheet reckon %j', (formula) => {
  expect(csvText([[formula]])).toMatch(/^"?'/)
})

it('has nothing that a terminal obeys', () => expect(csvText([['\u001B[2Jx']])).toBe('[2Jx\r\n'))

it('is nothing where there is nothing', () => expect(csvText([])).toBe(''))
