import type { z } from 'zod'
import { nearest } from './nearest.ts'
import type { Finding, Path } from './problem.ts'
import { descriptionAt, keysAt, schemasAt, valuesAt, type SchemaNode } from './schema-walk.ts'

type Issue = z.core.$ZodIssue

/** What the schema refused, in our words: one finding for each key or value. `base` is where `value` stands. */
export function findingsOf(issues: readonly Issue[], schema: SchemaNode, tree: unknown, base: Path = []): Finding[] {
  return issues.flatMap((issue) => findingsOfIssue(issue, schema, tree, base))
}

function findingsOfIssue(issue: Issue, schema: SchemaNode, tree: unknown, base: Path): Finding[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  const value = valueAt(tree, path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, path, keysAt(schema, path, tree)))
  }
  if (issue.code === 'invalid_key') return wrongKey(issue.issues, path)
  if (issue.code === 'custom') return [{ path, reason: issue.message, mend: mendText(path, schema, tree) }]
  if (value === undefined && path.length > 0) return [missing(path, schema, tree)]
  if (value === null) return [empty(path, schema, tree)]
  const values = valuesAt(schema, path, tree)
  if (values.length > 0 && typeof value !== 'object') return [wrongValue(value, path, values)]
  const branch = issue.code === 'invalid_union' ? bestBranch(issue.errors) : []
  if (branch.length > 0) return findingsOf(branch, schema, tree, path)
  return [
    {
      path,
      reason: typeReason(issue, isSecret(path, schema, tree) ? 'something else' : shown(value)),
      mend: mendText(path, schema, tree),
    },
  ]
}

function unknownKey(key: string, path: Path, valid: readonly string[]): Finding {
  const like = nearest(key, valid)
  return {
    path: [...path, key],
    atKey: true,
    reason: `the key \`${key}\` is unknown here`,
    mend: `Valid keys: ${valid.join(', ')}.`,
    ...(like !== undefined && { nearest: like }),
  }
}

function wrongKey(issues: readonly Issue[], path: Path): Finding[] {
  const found = shown(path.at(-1))
  return issues.map((issue) => ({ path, atKey: true, reason: typeReason(issue, found), mend: 'Rename it.' }))
}

function missing(path: Path, schema: SchemaNode, tree: unknown): Finding {
  return { path, reason: `\`${String(path.at(-1))}\` is missing`, mend: mendText(path, schema, tree) }
}

function empty(path: Path, schema: SchemaNode, tree: unknown): Finding {
  return {
    path,
    reason: 'has no value',
    mend: `Give it one, or remove the key. ${mendText(path, schema, tree)}`.trimEnd(),
  }
}

function wrongValue(value: unknown, path: Path, values: readonly string[]): Finding {
  const like = nearest(String(value), values)
  return {
    path,
    reason: `${shown(value)} is not one of ${values.map((one) => `\`${one}\``).join(', ')}`,
    mend: '',
    ...(like !== undefined && { nearest: like }),
  }
}

function mendText(path: Path, schema: SchemaNode, tree: unknown): string {
  const words = descriptionAt(schema, path, tree)
  return words ? `What belongs here: ${words.replace(/\.$/, '')}.` : ''
}

function typeReason(issue: Issue, found: string): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    return `expected ${TYPE_WORDS[issue.expected] ?? issue.expected}, found ${found}`
  }
  // Our own messages say what was expected; what was found is put beside it.
  return issue.message.startsWith('expected') ? `${issue.message}; found ${found}` : issue.message
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: '`true` or `false`',
  object: 'keys with values',
  array: 'a list (lines that begin with `- `)',
}

function isSecret(path: Path, schema: SchemaNode, tree: unknown): boolean {
  return schemasAt(schema, path, tree).some((node) => node.writeOnly === true)
}

/** Short enough for one line. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'keys with values'
  const words = String(value)
  return words.length > 60 || words.includes('\n') ? 'a long text' : `\`${words}\``
}

/** The kind that the writer most likely meant: the one with the fewest complaints that go beyond its type. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const specific = branches.filter((branch) => !branch.some((issue) => issue.path.length === 0 && isTypeIssue(issue)))
  const cost = (branch: readonly Issue[]) =>
    branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)
  return [...specific].sort((a, b) => cost(a) - cost(b))[0] ?? []
}

function isTypeIssue(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_format'
}

function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined,
    tree,
  )
}
