import type { Entry, Expression, Statement } from './syntax.ts'
import { tokensOf, type Token } from './tokens.ts'

/** Reads as much of Bicep as our templates use. Throws, with the line, at anything else. */
export function parseBicep(source: string): Statement[] {
  const reader = createReader(tokensOf(source))
  const statements: Statement[] = []
  for (reader.skipLines(); reader.peek().kind !== 'end'; reader.skipLines()) statements.push(statement(reader))
  return statements
}

type Reader = ReturnType<typeof createReader>

function createReader(tokens: readonly Token[]) {
  let at = 0
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '', line: 0 }
  function take(expected?: string): Token {
    const token = peek()
    if (expected !== undefined && token.text !== expected) {
      throw new Error(`line ${token.line}: '${expected}' is expected, not '${token.text}'`)
    }
    at += 1
    return token
  }
  return {
    peek,
    take,
    taken: (wanted: string): boolean => peek().text === wanted && Boolean(take()),
    skipLines: (): void => {
      while (peek().kind === 'line') at += 1
    },
  }
}

function statement(reader: Reader): Statement {
  const remarks = new Map<string, Expression | undefined>()
  while (reader.taken('@')) {
    const name = reader.take().text
    reader.take('(')
    remarks.set(name, reader.peek().text === ')' ? undefined : expression(reader))
    reader.take(')')
    reader.skipLines()
  }
  const word = reader.take()
  switch (word.text) {
    case 'targetScope':
      reader.take('=')
      return { kind: 'targetScope', name: '', type: '', value: expression(reader), remarks }
    case 'param':
    case 'output': {
      const name = reader.take().text
      const type = reader.take().text
      const value = reader.taken('=') ? expression(reader) : undefined
      return { kind: word.text, name, type, ...(value && { value }), remarks }
    }
    case 'var': {
      const name = reader.take().text
      reader.take('=')
      return { kind: 'var', name, type: '', value: expression(reader), remarks }
    }
    case 'resource': {
      const name = reader.take().text
      const type = reader.take().text.slice(1, -1)
      reader.take('=')
      return { kind: 'resource', name, type, value: expression(reader), remarks }
    }
    default:
      throw new Error(`line ${word.line}: '${word.text}' is no statement that is known here`)
  }
}

function expression(reader: Reader): Expression {
  const when = primary(reader)
  if (!reader.taken('?')) return when
  const yes = expression(reader)
  reader.take(':')
  return { kind: 'choice', when, yes, no: expression(reader) }
}

function primary(reader: Reader): Expression {
  let found = atom(reader)
  while (reader.taken('.')) found = { kind: 'member', of: found, name: reader.take().text }
  return found
}

function atom(reader: Reader): Expression {
  const token = reader.take()
  if (token.kind === 'string') return text(token)
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text) }
  if (token.text === '{') return { kind: 'object', entries: many(reader, '}', entry) }
  if (token.text === '[') return { kind: 'list', items: many(reader, ']', expression) }
  if (token.text === 'true' || token.text === 'false') return { kind: 'truth', value: token.text === 'true' }
  if (token.kind !== 'word') throw new Error(`line ${token.line}: '${token.text}' begins no expression`)
  if (!reader.taken('(')) return { kind: 'name', name: token.text }
  return { kind: 'call', name: token.text, given: many(reader, ')', expression) }
}

function entry(reader: Reader): Entry {
  const token = reader.take()
  const key: Expression = token.kind === 'string' ? text(token) : { kind: 'text', parts: [token.text] }
  reader.take(':')
  return { key, value: expression(reader) }
}

/** What stands between brackets, parted by commas or new lines. */
function many<T>(reader: Reader, end: string, one: (reader: Reader) => T): T[] {
  const found: T[] = []
  for (reader.skipLines(); !reader.taken(end);) {
    found.push(one(reader))
    reader.taken(',')
    reader.skipLines()
  }
  return found
}

function text({ parts = [] }: Token): Expression {
  return {
    kind: 'text',
    parts: parts.map((part) => (typeof part === 'string' ? part : expression(createReader(part)))),
  }
}
