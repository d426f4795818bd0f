import type { LabelExpression, Requirement } from '../../domain/jobs/requirement.ts'
import type { Pool } from '../../domain/pool.ts'

/** Whether an agent with these labels, of this pool, would be given a job that asks for this. */
export function satisfies(pool: Pick<Pool, 'name' | 'labels'>, requirement: Requirement): boolean {
  if (requirement.kind === 'pool') return requirement.pool === pool.name
  if (requirement.kind === 'all') return missingLabels(pool, requirement).length === 0
  return holds(requirement.expression, labelSet(pool.labels, requirement.matchCase), requirement.matchCase)
}

/** The labels that a pool lacks for a requirement; empty for an expression or a pool by name. */
export function missingLabels(pool: Pick<Pool, 'labels'>, requirement: Requirement): readonly string[] {
  if (requirement.kind !== 'all') return []
  const own = labelSet(pool.labels, requirement.matchCase)
  return requirement.labels.filter((label) => !own.has(fold(label, requirement.matchCase)))
}

function holds(expression: LabelExpression, own: ReadonlySet<string>, matchCase: boolean): boolean {
  switch (expression.op) {
    case 'label':
      return own.has(fold(expression.label, matchCase))
    case 'not':
      return !holds(expression.of, own, matchCase)
    case 'and':
      return holds(expression.left, own, matchCase) && holds(expression.right, own, matchCase)
    case 'or':
      return holds(expression.left, own, matchCase) || holds(expression.right, own, matchCase)
    case 'implies':
      return !holds(expression.left, own, matchCase) || holds(expression.right, own, matchCase)
    case 'iff':
      return holds(expression.left, own, matchCase) === holds(expression.right, own, matchCase)
  }
}

function labelSet(labels: readonly string[], matchCase: boolean): ReadonlySet<string> {
  return new Set(labels.map((label) => fold(label, matchCase)))
}

function fold(label: string, matchCase: boolean): string {
  return matchCase ? label : label.toLowerCase()
}
