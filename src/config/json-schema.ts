import { z } from 'zod'
import type { SchemaNode } from './reading/schema-walk.ts'
import { configSchema } from './schema/root.ts'

/** JSON Schema of the file as it is written, for editors and other tools. */
export function jsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: 'input' })
  return { title: 'Slipway configuration', ...(allowReferences(schema) as object) }
}

/** The same, to look up keys, values and descriptions by path. */
export function schemaTree(): SchemaNode {
  const schema: Record<string, unknown> = z.toJSONSchema(configSchema, { io: 'input' })
  return schema
}

/** Where a text must have a form, a reference (`${NAME}`, `file:PATH`) may stand in its place. */
function allowReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(allowReferences)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'pattern' && typeof value === 'string') return [[key, `(${value})|\\$\\{|^file:`]]
    // Formats and lengths admit no alternative; what they ask for is checked when the file is loaded.
    if (key === 'format' && typeof value === 'string') return []
    if (key === 'minLength' && typeof value === 'number') return value > 1 ? [] : [[key, value]]
    return [[key, allowReferences(value)]]
  })
  return Object.fromEntries(entries)
}
