import { z } from 'zod'
import { configSchema } from './schema/root.ts'
import type { SchemaNode } from './reading/schema-walk.ts'

/** JSON Schema of the file as it is written, for editors and other tools. */
export function jsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema: node }) => allowReferences(node),
  })
  return { ...schema, title: 'Slipway configuration' }
}

/** The same, to look up keys, values and descriptions by path. */
export function schemaTree(): SchemaNode {
  return jsonSchema()
}

/** Where a text has a form, a reference (`${NAME}`, `file:PATH`) may stand in its place. */
function allowReferences(node: z.core.JSONSchema.BaseSchema): void {
  if (node.type !== 'string') return
  if (node.pattern !== undefined) node.pattern = `(${node.pattern})|\\$\\{|^file:`
  // Formats admit no alternative; what they ask for is checked when the file is loaded.
  delete node.format
}
