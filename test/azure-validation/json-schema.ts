import type { Mapper, Mappers } from './mappers.ts'

export type JsonSchema = { [key: string]: unknown }

export interface Direction {
  /** What only Azure may write has no place in a request. */
  readonly request: boolean
}

/** JSON Schema of a type, whole and closed: what Azure does not describe is a mistake. */
export function toJsonSchema(mappers: Mappers, className: string, direction: Direction): JsonSchema {
  const definitions: JsonSchema = {}

  function refer(name: string): JsonSchema {
    if (!(name in definitions)) {
      definitions[name] = {}
      definitions[name] = composite(name)
    }
    return { $ref: `#/$defs/${name}` }
  }

  function composite(name: string): JsonSchema {
    const type = mappers[name]?.type
    if (!type) throw new Error(`Azure describes no ${name}`)
    const tree = emptyObject()
    for (const property of Object.values(type.modelProperties ?? {})) {
      if (direction.request && property.readOnly === true) continue
      place(tree, (property.serializedName ?? '').split('.'), property)
    }
    if (type.additionalProperties) tree.additionalProperties = schemaOf(type.additionalProperties)
    return tree
  }

  function place(tree: ObjectSchema, [first = '', ...rest]: readonly string[], property: Mapper): void {
    if (property.required === true && !tree.required.includes(first)) tree.required.push(first)
    if (rest.length === 0) {
      tree.properties[first] = schemaOf(property)
      return
    }
    const inner = (tree.properties[first] ??= emptyObject())
    place(inner as ObjectSchema, rest, property)
  }

  function schemaOf({ type, nullable, constraints = {} }: Mapper): JsonSchema {
    const schema = { ...bare(type), ...limits(constraints) }
    return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
  }

  function bare(type: Mapper['type']): JsonSchema {
    switch (type.name) {
      case 'Composite':
        return refer(type.className ?? '')
      case 'Sequence':
        return { type: 'array', ...(type.element && { items: schemaOf(type.element) }) }
      case 'Dictionary':
        return { type: 'object', ...(type.value && { additionalProperties: schemaOf(type.value) }) }
      case 'Enum':
        return { enum: type.allowedValues }
      case 'Number':
        return { type: 'number' }
      case 'Boolean':
        return { type: 'boolean' }
      case 'any':
      case 'Object':
        return {}
      default:
        return { type: 'string' }
    }
  }

  const schema = refer(className)
  return { ...schema, $defs: definitions }
}

interface ObjectSchema extends JsonSchema {
  readonly type: 'object'
  readonly properties: JsonSchema
  readonly required: string[]
  additionalProperties: unknown
}

function emptyObject(): ObjectSchema {
  return { type: 'object', properties: {}, required: [], additionalProperties: false }
}

const words: Readonly<Record<string, string>> = {
  MaxLength: 'maxLength',
  MinLength: 'minLength',
  MaxItems: 'maxItems',
  MinItems: 'minItems',
  UniqueItems: 'uniqueItems',
  InclusiveMinimum: 'minimum',
  InclusiveMaximum: 'maximum',
  ExclusiveMinimum: 'exclusiveMinimum',
  ExclusiveMaximum: 'exclusiveMaximum',
  Pattern: 'pattern',
}

function limits(constraints: Readonly<Record<string, unknown>>): JsonSchema {
  return Object.fromEntries(
    Object.entries(constraints).flatMap(([name, value]) => {
      const word = words[name]
      if (word === undefined) return []
      return [[word, value instanceof RegExp ? value.source : value]]
    }),
  )
}
