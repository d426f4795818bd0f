import type { LabelExpression } from '../../../domain/jobs/requirement.ts'
import { tokensOf, unquote, type Token } from './tokens.ts'

/** How the two systems read the same text. */
export interface Grammar {
  /** Jenkins: `a && b && c`. Hudson takes one operator of a kind. Implications chain nowhere. */
  readonly chains: boolean
}

/**
 * What a label expression asks for, as the controller itself reads it: `!` binds closest, then `&&`, `||`, `->` and
 * `<->`. Text that is no expression is one label by that very name, blanks and all: jobs older than expressions have
 * such. Undefined for an empty text.
 */
export function parseLabels(text: string, grammar: Grammar): LabelExpression | undefined {
  const written = unquote(text)
  if (written.trim() === '') return undefined
  return parseExpression(written, grammar) ?? { op: 'label', label: written }
}

function parseExpression(text: string, { chains }: Grammar): LabelExpression | undefined {
  const tokens = tokensOf(text)
  if (!tokens) return undefined
  const cursor = createCursor(tokens)

  /** Operands of one operator, joined from the left. */
  function joined(operator: Token['kind'], op: 'and' | 'or' | 'implies' | 'iff', operand: () => LabelExpression) {
    let left = operand()
    for (let count = 0; cursor.take(operator); count += 1) {
      if (count > 0 && (op === 'implies' || !chains)) throw new NoExpression()
      left = { op, left, right: operand() }
    }
    return left
  }
  const iff = (): LabelExpression => joined('<->', 'iff', implication)
  const implication = (): LabelExpression => joined('->', 'implies', disjunction)
  const disjunction = (): LabelExpression => joined('||', 'or', conjunction)
  const conjunction = (): LabelExpression => joined('&&', 'and', negation)
  const negation = (): LabelExpression => (cursor.take('!') ? { op: 'not', of: atom() } : atom())

  function atom(): LabelExpression {
    if (!cursor.take('(')) return { op: 'label', label: cursor.label() }
    const inner = iff()
    if (!cursor.take(')')) throw new NoExpression()
    return inner
  }

  try {
    const whole = iff()
    return cursor.atEnd() ? whole : undefined
  } catch (error) {
    if (error instanceof NoExpression) return undefined
    throw error
  }
}

class NoExpression extends Error {}

function createCursor(tokens: readonly Token[]) {
  let at = 0
  return {
    take(kind: Token['kind']): boolean {
      if (tokens[at]?.kind !== kind) return false
      at += 1
      return true
    },
    label(): string {
      const token = tokens[at]
      if (token?.kind !== 'label') throw new NoExpression()
      at += 1
      return token.label
    },
    atEnd: () => at === tokens.length,
  }
}
