import { parseBicep } from './parse.ts'
import type { Expression, Statement } from './syntax.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface Template {
  readonly [key: string]: Json
}

type Resources = ReadonlyMap<string, Declared>

interface Declared {
  readonly symbol: string
  readonly type: string
  readonly version: string
  readonly body: ReadonlyMap<string, Expression>
}

const schemas = {
  resourceGroup: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  subscription: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
}

/**
 * The ARM template that a Bicep file stands for, with symbolic names. It knows as much of the language as our templates
 * use, and throws at the rest. `load` gives the text of a file beside it.
 */
export function compileBicep(text: string, load: (file: string) => string): Template {
  const statements = parseBicep(text)
  const all = (kind: Statement['kind']): Statement[] => statements.filter((each) => each.kind === kind)
  const scope = literal(all('targetScope')[0]?.value) === 'subscription' ? 'subscription' : 'resourceGroup'
  const resources: Resources = new Map(all('resource').map((each) => [each.name, declare(each)]))
  const writer = createWriter({
    resources,
    parameters: new Set(all('param').map(({ name }) => name)),
    variables: new Set(all('var').map(({ name }) => name)),
    idFunction: scope === 'subscription' ? 'subscriptionResourceId' : 'resourceId',
    load,
  })
  return {
    $schema: schemas[scope],
    languageVersion: '2.0',
    contentVersion: '1.0.0.0',
    parameters: record(all('param'), (each) => parameter(each, writer)),
    ...(all('var').length > 0 && { variables: record(all('var'), ({ value }) => writer.value(value)) }),
    resources: Object.fromEntries([...resources].map(([name, each]) => [name, resource(each, resources, writer)])),
    ...(all('output').length > 0 && {
      outputs: record(all('output'), ({ type, value, remarks }) => ({
        type,
        ...described(remarks),
        value: writer.value(value),
      })),
    }),
  }
}

function record(statements: readonly Statement[], make: (statement: Statement) => Json): { [key: string]: Json } {
  return Object.fromEntries(statements.map((each) => [each.name, make(each)]))
}

function declare({ name, type, value }: Statement): Declared {
  const [resourceType = '', version = ''] = type.split('@')
  if (value?.kind !== 'object') throw new Error(`resource ${name} is no object`)
  const body = new Map(value.entries.map((each) => [literal(each.key) ?? '', each.value]))
  return { symbol: name, type: resourceType, version, body }
}

function parameter({ type, value, remarks }: Statement, writer: Writer): Json {
  const limits = ['minLength', 'maxLength'].flatMap((name): [string, Json][] => {
    const limit = remarks.get(name)
    return limit ? [[name, writer.value(limit)]] : []
  })
  return {
    type: remarks.has('secure') ? `secure${type}` : type,
    ...(value && { defaultValue: writer.value(value) }),
    ...Object.fromEntries(limits),
    ...described(remarks),
  }
}

function described(remarks: Statement['remarks']): { [key: string]: Json } {
  const description = literal(remarks.get('description'))
  return description === undefined ? {} : { metadata: { description } }
}

function resource(declared: Declared, resources: Resources, writer: Writer): Json {
  const { body, type, version, symbol } = declared
  const scope = body.get('scope')
  const rest = [...body].filter(([key]) => !['name', 'parent', 'scope', 'dependsOn'].includes(key))
  const needed = [...body].flatMap(([, value]) => named(value)).filter((name) => resources.has(name) && name !== symbol)
  const dependsOn = [...new Set(needed)].sort()
  return {
    type,
    apiVersion: version,
    ...(scope && { scope: writer.value({ kind: 'member', of: scope, name: 'id' }) }),
    name: writer.name(declared),
    ...Object.fromEntries(rest.map(([key, value]) => [key, writer.value(value)])),
    ...(dependsOn.length > 0 && { dependsOn }),
  }
}

/** Every name that an expression uses. */
function named(expression: Expression | string): string[] {
  if (typeof expression === 'string') return []
  switch (expression.kind) {
    case 'name':
      return [expression.name]
    case 'member':
      return named(expression.of)
    case 'call':
      return expression.given.flatMap(named)
    case 'choice':
      return [expression.when, expression.yes, expression.no].flatMap(named)
    case 'list':
      return expression.items.flatMap(named)
    case 'object':
      return expression.entries.flatMap(({ key, value }) => [...named(key), ...named(value)])
    case 'text':
      return expression.parts.flatMap(named)
    case 'number':
    case 'truth':
      return []
  }
}

function literal(expression: Expression | undefined): string | undefined {
  if (expression?.kind !== 'text') return undefined
  const plain = expression.parts.filter((part) => typeof part === 'string')
  return plain.length === expression.parts.length ? plain.join('') : undefined
}

interface Known {
  readonly resources: Resources
  readonly parameters: ReadonlySet<string>
  readonly variables: ReadonlySet<string>
  readonly idFunction: 'resourceId' | 'subscriptionResourceId'
  readonly load: (file: string) => string
}

interface Writer {
  /** As JSON: what can't be said there becomes an expression in brackets. */
  value(expression: Expression | undefined): Json
  name(declared: Declared): Json
}

function createWriter({ resources, parameters, variables, idFunction, load }: Known): Writer {
  function value(expression: Expression | undefined): Json {
    if (!expression) return null
    switch (expression.kind) {
      case 'number':
      case 'truth':
        return expression.value
      case 'list':
        return expression.items.map(value)
      case 'object':
        return Object.fromEntries(expression.entries.map(({ key, value: inner }) => [keyOf(key), value(inner)]))
      case 'text': {
        const plain = literal(expression)
        if (plain !== undefined) return plain.startsWith('[') ? `[${plain}` : plain
        break
      }
      case 'call':
        if (expression.name === 'loadTextContent') return load(literal(expression.given[0]) ?? '')
        break
      case 'name':
      case 'member':
      case 'choice':
        break
    }
    return `[${words(expression)}]`
  }

  function keyOf(key: Expression): string {
    return literal(key) ?? `[${words(key)}]`
  }

  function words(expression: Expression): string {
    switch (expression.kind) {
      case 'text':
        return textWords(expression.parts)
      case 'number':
        return String(expression.value)
      case 'truth':
        return `${expression.value}()`
      case 'call':
        return `${expression.name}(${expression.given.map(words).join(', ')})`
      case 'choice':
        return `if(${[expression.when, expression.yes, expression.no].map(words).join(', ')})`
      case 'name':
        if (parameters.has(expression.name)) return `parameters('${expression.name}')`
        if (variables.has(expression.name)) return `variables('${expression.name}')`
        throw new Error(`nothing is named ${expression.name}`)
      case 'member':
        return member(expression.of, expression.name)
      case 'list':
      case 'object':
        throw new Error('lists and objects inside of expressions are not known here')
    }
  }

  function textWords(parts: readonly (string | Expression)[]): string {
    const given = parts.filter((part) => typeof part !== 'string')
    const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
    let index = 0
    const pattern = parts.map((part) => (typeof part === 'string' ? part : `{${index++}}`)).join('')
    return given.length === 0 ? quoted(pattern) : `format(${[quoted(pattern), ...given.map(words)].join(', ')})`
  }

  function member(of: Expression, name: string): string {
    const declared = of.kind === 'name' ? resources.get(of.name) : undefined
    if (!declared) return `${words(of)}.${name}`
    if (name === 'id') return `${idFunction}('${declared.type}', ${nameWords(declared).join(', ')})`
    if (name === 'name') return nameWords(declared).at(-1) ?? ''
    if (name === 'properties') return `reference('${declared.symbol}')`
    throw new Error(`${declared.symbol}.${name} is not known here`)
  }

  /** Of each part of its name: a subnet has its network's, too. */
  function nameWords({ body, symbol }: Declared): string[] {
    const own = body.get('name')
    const parent = body.get('parent')
    if (!own) throw new Error(`resource ${symbol} has no name`)
    const above = parent?.kind === 'name' ? resources.get(parent.name) : undefined
    return [...(above ? nameWords(above) : []), words(own)]
  }

  return {
    value,
    name(declared) {
      const parts = nameWords(declared)
      if (parts.length === 1) return value(declared.body.get('name'))
      return `[format('${parts.map((_part, index) => `{${index}}`).join('/')}', ${parts.join(', ')})]`
    },
  }
}
