/** Whether a node with these labels fits a label expression, as the controller reads it. Written apart from the source's own reader, so that each checks the other. */
export function fits(expression: string, labels: ReadonlySet<string>): boolean {
  const text = expression.trim()
  if (labels.has(text)) return true
  for (const [sign, join] of OPERATORS) {
    const at = lastOutside(text, sign)
    if (at >= 0) return join(fits(text.slice(0, at), labels), fits(text.slice(at + sign.length), labels))
  }
  if (text.startsWith('!')) return !fits(text.slice(1), labels)
  if (text.startsWith('(') && text.endsWith(')')) return fits(text.slice(1, -1), labels)
  return labels.has(text.replaceAll('"', ''))
}

/** The loosest first. */
const OPERATORS: readonly (readonly [string, (left: boolean, right: boolean) => boolean])[] = [
  ['<->', (left, right) => left === right],
  ['->', (left, right) => !left || right],
  ['||', (left, right) => left || right],
  ['&&', (left, right) => left && right],
]

/** Where the sign stands last outside of brackets and quotes. */
function lastOutside(text: string, sign: string): number {
  let [depth, quoted, found] = [0, false, -1]
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '"') quoted = !quoted
    if (!quoted && character === '(') depth += 1
    if (!quoted && character === ')') depth -= 1
    const here = !quoted && depth === 0 && text.startsWith(sign, at)
    if (here && !(sign === '->' && text.charAt(at - 1) === '<')) found = at
  }
  return found
}
