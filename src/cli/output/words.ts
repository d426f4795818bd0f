import { roundDuration } from '../../kit/units.ts'
import type { LabelExpression, Requirement } from '../client/types.ts'

/** `3m12s` since then; empty when it never was. */
export function since(at: number | undefined, now: number): string {
  return at === undefined ? '' : roundDuration(now - at)
}

/** `2026-01-31 08:00:05` in UTC, without the blank that breaks columns apart. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function requirementText(requirement: Requirement): string {
  if (requirement.kind === 'pool') return `pool ${requirement.pool}`
  if (requirement.kind === 'all') return requirement.labels.join(' ')
  return expressionText(requirement.expression)
}

const OPERATORS = { and: '&&', or: '||', implies: '->', iff: '<->' } as const

/** As Jenkins writes it; brackets wherever they could be needed. */
function expressionText(expression: LabelExpression): string {
  if (expression.op === 'label') return expression.label
  if (expression.op === 'not') return `!${operandText(expression.of)}`
  return `${operandText(expression.left)} ${OPERATORS[expression.op]} ${operandText(expression.right)}`
}

function operandText(expression: LabelExpression): string {
  const text = expressionText(expression)
  return expression.op === 'label' || expression.op === 'not' ? text : `(${text})`
}

/** `1 job`, `3 jobs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
