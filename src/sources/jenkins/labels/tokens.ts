/** A piece of a label expression, as Jenkins' own grammar cuts it. */
export type Token =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: '&&' | '||' | '!' | '->' | '<->' | '(' | ')' }

const OPERATORS = ['<->', '->', '&&', '||', '!', '(', ')'] as const
/** What ends a plain label. A hyphen does only where it begins an arrow. */
const SPECIAL = new Set(['&', '|', '!', '<', '>', '(', ')', ' ', '\t', '"', "'"])
const QUOTED = /^"(?:\\[btnfr"'\\]|[^\\"\r\n])*"/

/** Undefined when a piece is nothing that the grammar knows. */
export function tokensOf(expression: string): Token[] | undefined {
  const tokens: Token[] = []
  for (let at = 0; at < expression.length;) {
    const rest = expression.slice(at)
    const blank = rest.startsWith(' ') || rest.startsWith('\t')
    const piece = blank ? undefined : (operator(rest) ?? quoted(rest) ?? plain(rest))
    if (!blank && !piece) return undefined
    if (piece) tokens.push(piece.token)
    at += piece?.length ?? 1
  }
  return tokens
}

interface Piece {
  readonly token: Token
  readonly length: number
}

function operator(text: string): Piece | undefined {
  const kind = OPERATORS.find((each) => text.startsWith(each))
  return kind && { token: { kind }, length: kind.length }
}

function quoted(text: string): Piece | undefined {
  const found = QUOTED.exec(text)?.[0]
  return found === undefined ? undefined : { token: { kind: 'label', label: unquote(found) }, length: found.length }
}

function plain(text: string): Piece | undefined {
  let length = 0
  while (length < text.length && !SPECIAL.has(text.charAt(length)) && !text.startsWith('->', length)) length += 1
  return length === 0 ? undefined : { token: { kind: 'label', label: text.slice(0, length) }, length }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', b: '\b' }

/** Text between two equal quotes without them and its escapes; anything else as it is. */
export function unquote(text: string): string {
  const quote = text.charAt(0)
  if (text.length < 2 || quote !== text.at(-1) || (quote !== '"' && quote !== "'")) return text
  return text
    .slice(1, -1)
    .replaceAll(/\\u([0-9a-fA-F]{4})|\\(.)/gs, (_escape, code: string | undefined, letter: string | undefined) =>
      code === undefined ? (ESCAPES[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
    )
}
