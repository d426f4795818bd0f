/**
 * What a job asks of an agent. GitHub asks for a set of labels and ignores case; Jenkins asks for an expression and
 * does not. The source parses it, the planner evaluates it.
 */
export type Requirement =
  | { readonly kind: 'all'; readonly labels: readonly string[]; readonly matchCase: boolean }
  | { readonly kind: 'expression'; readonly expression: LabelExpression; readonly matchCase: boolean }
  | { readonly kind: 'pool'; readonly pool: string }

export type LabelExpression =
  | { readonly op: 'label'; readonly label: string }
  | { readonly op: 'not'; readonly of: LabelExpression }
  | { readonly op: 'and' | 'or' | 'implies' | 'iff'; readonly left: LabelExpression; readonly right: LabelExpression }

/** One text for equal requirements: the key under which jobs are grouped. */
export function requirementKey(requirement: Requirement): string {
  switch (requirement.kind) {
    case 'pool':
      return `pool:${requirement.pool}`
    case 'all': {
      const labels = requirement.matchCase ? requirement.labels : requirement.labels.map((l) => l.toLowerCase())
      return `all:${JSON.stringify([...new Set(labels)].sort())}`
    }
    case 'expression':
      return `expr:${JSON.stringify(requirement.expression)}`
  }
}

/** As people write it: labels, an expression as Jenkins has it, or the name of a pool. */
export function requirementText(requirement: Requirement): string {
  if (requirement.kind === 'pool') return `pool ${requirement.pool}`
  return requirement.kind === 'all' ? requirement.labels.join(' ') : expressionText(requirement.expression)
}

const operators = { and: '&&', or: '||', implies: '->', iff: '<->' } as const

/** With brackets wherever they could be needed. */
function expressionText(expression: LabelExpression): string {
  if (expression.op === 'label') return expression.label
  if (expression.op === 'not') return `!${operandText(expression.of)}`
  return `${operandText(expression.left)} ${operators[expression.op]} ${operandText(expression.right)}`
}

function operandText(expression: LabelExpression): string {
  const text = expressionText(expression)
  return expression.op === 'label' || expression.op === 'not' ? text : `(${text})`
}
