import type { Path } from './problem.ts'

/** The part of JSON Schema that our own schema uses. */
export interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  /** Of every other key; false: there may be none. */
  readonly additionalProperties?: SchemaNode | false
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  /** A secret: never shown. */
  readonly writeOnly?: boolean
}

/** The schemas that may hold at a path; of several kinds only those that agree with what is written there. */
export function schemasAt(schema: SchemaNode, path: Path, tree: unknown): SchemaNode[] {
  let nodes = alternatives(schema, tree)
  let value = tree
  for (const step of path) {
    value = child(value, step)
    nodes = nodes
      .map((node) => (typeof step === 'number' ? node.items : memberAt(node, step)))
      .filter((node) => node !== undefined)
      .flatMap((node) => alternatives(node, value))
  }
  return nodes
}

function memberAt({ properties, additionalProperties }: SchemaNode, key: string): SchemaNode | undefined {
  return properties?.[key] ?? (additionalProperties || undefined)
}

/** Keys that may stand in the object at a path. */
export function keysAt(schema: SchemaNode, path: Path, tree: unknown): string[] {
  return [...new Set(schemasAt(schema, path, tree).flatMap((node) => Object.keys(node.properties ?? {})))]
}

/** Values that a scalar at a path may have, where the schema lists them. */
export function valuesAt(schema: SchemaNode, path: Path, tree: unknown): string[] {
  const values = schemasAt(schema, path, tree).flatMap(
    (node) => node.enum ?? (node.const === undefined ? [] : [node.const]),
  )
  return [...new Set(values.map(String))]
}

export function descriptionAt(schema: SchemaNode, path: Path, tree: unknown): string | undefined {
  const key = path.at(-1)
  if (typeof key !== 'string') return schemasAt(schema, path, tree)[0]?.description
  const parents = schemasAt(schema, path.slice(0, -1), tree)
  return parents.map((parent) => parent.properties?.[key]?.description).find((words) => words !== undefined)
}

/** Of the kinds of a union, those whose constants (`kind: github`) agree with the value; all when none does. */
function alternatives(node: SchemaNode, value: unknown): SchemaNode[] {
  const options = node.oneOf ?? node.anyOf
  if (!options) return [node]
  const flat = options.flatMap((option) => alternatives(option, value))
  const agreeing = flat.filter((option) => agrees(option, value))
  return agreeing.length > 0 ? agreeing : flat
}

function agrees(option: SchemaNode, value: unknown): boolean {
  if (option.type !== undefined && option.type !== 'object') return typeof value !== 'object'
  if (typeof value !== 'object' || value === null) return false
  const constants = Object.entries(option.properties ?? {}).filter(([, property]) => property.const !== undefined)
  return constants.every(([key, property]) => child(value, key) === property.const)
}

function child(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Record<string | number, unknown>)[step]
}
