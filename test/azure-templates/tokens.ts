export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'sign' | 'line' | 'end'
  readonly text: string
  /** Of a string: texts and, between them, the tokens of what is put in. */
  readonly parts?: readonly (string | readonly Token[])[]
  readonly line: number
}

/** Bicep's words. Newlines count, for they part what stands in lists and objects. Throws where the text is none. */
export function tokensOf(text: string, firstLine = 1): Token[] {
  const tokens: Token[] = []
  let line = firstLine
  let at = 0

  function push(kind: Token['kind'], word: string, parts?: Token['parts']): void {
    tokens.push({ kind, text: word, line, ...(parts && { parts }) })
    at += word.length
  }

  while (at < text.length) {
    const rest = text.slice(at)
    const space = /^(?:[ \t\r]+|\/\/[^\n]*)/.exec(rest)?.[0]
    const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0]
    const number = /^-?\d+/.exec(rest)?.[0]
    const sign = /^(?:==|!=|&&|\|\||[{}[\]().,:?=!@])/.exec(rest)?.[0]
    if (space) at += space.length
    else if (rest.startsWith('\n')) {
      push('line', '\n')
      line += 1
    } else if (rest.startsWith("'")) {
      const { raw, parts } = readString(rest, line)
      push('string', raw, parts)
    } else if (word) push('word', word)
    else if (number) push('number', number)
    else if (sign) push('sign', sign)
    else throw new Error(`line ${line}: not Bicep as it is used here: ${rest.slice(0, 20)}`)
  }
  tokens.push({ kind: 'end', text: '', line })
  return tokens
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', "'": "'", '\\': '\\', $: '$' }

function readString(rest: string, line: number): { readonly raw: string; readonly parts: NonNullable<Token['parts']> } {
  const parts: (string | readonly Token[])[] = []
  let words = ''
  let at = 1
  while (rest[at] !== "'") {
    const letter = rest[at]
    if (letter === undefined || letter === '\n') throw new Error(`line ${line}: a string has no end`)
    if (letter === '\\') {
      words += escapes[rest[at + 1] ?? ''] ?? ''
      at += 2
    } else if (rest.startsWith('${', at)) {
      const end = closing(rest, at + 2, line)
      parts.push(words, tokensOf(rest.slice(at + 2, end), line))
      words = ''
      at = end + 1
    } else {
      words += letter
      at += 1
    }
  }
  parts.push(words)
  return { raw: rest.slice(0, at + 1), parts }
}

function closing(text: string, from: number, line: number): number {
  for (let at = from, depth = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    if (text[at] !== '}') continue
    if (depth === 0) return at
    depth -= 1
  }
  throw new Error(`line ${line}: what is put into a string has no end`)
}
