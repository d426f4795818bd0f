import { nameOf, type Json, type JsonObject } from './cut.ts'

/** Words of OpenAPI that no validator heeds. */
const silent = new Set(['example', 'examples', 'deprecated', 'externalDocs', 'discriminator', 'xml'])

/** JSON Schema for a schema of OpenAPI 3.0 or 3.1: `nullable` becomes a type, references point into `#/$defs`. */
export function toJsonSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(toJsonSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const { nullable, ...rest } = schema
  const converted: JsonObject = {}
  for (const [key, value] of Object.entries(rest)) {
    if (key === '$ref' && typeof value === 'string') converted.$ref = `#/$defs/${nameOf(value)}`
    else if (key === 'properties') converted.properties = eachValue(value)
    else if (key === 'enum' || key === 'const' || key === 'required' || key === 'default') converted[key] = value
    else if (!silent.has(key) && !key.startsWith('x-')) converted[key] = toJsonSchema(value)
  }
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted
}

/** Names of properties are names, whatever they spell (`example`, `nullable`). */
function eachValue(properties: Json): Json {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return properties
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, toJsonSchema(schema)]))
}
