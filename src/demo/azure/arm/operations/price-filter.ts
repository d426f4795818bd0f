import type { PriceItem } from '../../cloud/price-list.ts'
import { Refusal } from '../answer.ts'

type Test = (item: PriceItem) => boolean

/**
 * The filters of the price list: `field eq 'value'`, `ne`, `contains(field, 'value')`, `startswith`, `endswith`, joined
 * by `and`, `or` and brackets. Case counts. An empty one lets everything through. Throws `Refusal` 400.
 */
export function parseFilter(text: string): Test {
  if (text.trim() === '') return () => true
  const tokens = [...text.matchAll(/'((?:[^']|'')*)'|([a-z]+)|([(),])|(\S)/gi)].map(([token]) => token)

  function take(expected?: string): string {
    const token = tokens.shift()
    if (token === undefined || (expected !== undefined && token !== expected)) throw invalid(text)
    return token
  }

  function either(): Test {
    const tests = [both()]
    while (tokens[0]?.toLowerCase() === 'or') {
      take()
      tests.push(both())
    }
    return (item) => tests.some((test) => test(item))
  }

  function both(): Test {
    const tests = [single()]
    while (tokens[0]?.toLowerCase() === 'and') {
      take()
      tests.push(single())
    }
    return (item) => tests.every((test) => test(item))
  }

  function single(): Test {
    const token = take()
    if (token === '(') {
      const inner = either()
      take(')')
      return inner
    }
    const check = functions[token.toLowerCase()]
    if (check && tokens[0] === '(') {
      take('(')
      const field = take()
      take(',')
      const value = literal(take(), text)
      take(')')
      return (item) => check(fieldOf(item, field), value)
    }
    const comparison = take().toLowerCase()
    const value = literal(take(), text)
    if (comparison === 'eq') return (item) => fieldOf(item, token) === value
    if (comparison === 'ne') return (item) => fieldOf(item, token) !== value
    throw invalid(text)
  }

  const test = either()
  if (tokens.length > 0) throw invalid(text)
  return test
}

const functions: Readonly<Record<string, (field: string, value: string) => boolean>> = {
  contains: (field, value) => field.includes(value),
  startswith: (field, value) => field.startsWith(value),
  endswith: (field, value) => field.endsWith(value),
}

function literal(token: string, text: string): string {
  if (!token.startsWith("'")) throw invalid(text)
  return token.slice(1, -1).replaceAll("''", "'")
}

/** The filter's name for `type` is another one. */
function fieldOf(item: PriceItem, name: string): string {
  const field = name === 'priceType' ? 'type' : name
  if (!(field in item)) return ''
  return String(item[field as keyof PriceItem] ?? '')
}

function invalid(text: string): Refusal {
  return new Refusal(400, 'BadRequest', `Invalid OData parameters supplied: ${text}`)
}
