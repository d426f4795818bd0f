import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: JsonObject
}

/** One operation of GitHub's description, its schemas still pointing into `definitions`. */
export interface DescribedOperation {
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body?: { readonly schema: JsonObject; readonly required: boolean }
  /** By status; null where an answer has no body. */
  readonly answers: ReadonlyMap<number, JsonObject | null>
}

export interface Description {
  readonly operations: ReadonlyMap<string, DescribedOperation>
  /** Every schema that the operations reach, by its reference. */
  readonly definitions: JsonObject
}

const require = createRequire(import.meta.url)

export function readDescription(module: string): JsonObject {
  return JSON.parse(readFileSync(require.resolve(module), 'utf8')) as JsonObject
}

/** GitHub's REST description, cut down to the paths that begin with one of `prefixes`. */
export function cutRest(whole: JsonObject, prefixes: readonly string[]): Description {
  const operations = new Map<string, DescribedOperation>()
  for (const [path, item] of Object.entries(object(whole.paths))) {
    if (!prefixes.some((prefix) => path.startsWith(prefix))) continue
    for (const [method, raw] of Object.entries(object(item))) {
      const operation = object(raw)
      if (typeof operation.operationId !== 'string') continue
      operations.set(operation.operationId, describe(whole, path, method, operation))
    }
  }
  const roots = [...operations.values()].flatMap(({ parameters, body, answers }) =>
    parameters
      .map(({ schema }) => schema)
      .concat(body ? [body.schema] : [])
      .concat([...answers.values()].filter((schema) => schema !== null)),
  )
  return { operations, definitions: reachable(whole, roots) }
}

function describe(whole: JsonObject, path: string, method: string, operation: JsonObject): DescribedOperation {
  const parameters = list(operation.parameters).map((entry) => follow(whole, object(entry)) as unknown as Parameter)
  const body = operation.requestBody ? follow(whole, object(operation.requestBody)) : undefined
  const bodySchema = body && jsonSchemaOf(body)
  const answers = new Map(
    Object.entries(object(operation.responses)).map(([status, answer]) => [
      Number(status),
      jsonSchemaOf(follow(whole, object(answer))),
    ]),
  )
  return {
    method: method.toUpperCase(),
    path,
    parameters,
    ...(bodySchema && { body: { schema: bodySchema, required: body.required === true } }),
    answers,
  }
}

function jsonSchemaOf(holder: JsonObject): JsonObject | null {
  const content = holder.content && object(holder.content)['application/json']
  return content ? object(object(content).schema) : null
}

/** Every schema that `roots` lead to, keyed by the last part of its reference. */
export function reachable(whole: JsonObject, roots: readonly JsonObject[]): JsonObject {
  const found: JsonObject = {}
  const open: Json[] = [...roots]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next)
    else if (typeof next === 'object' && next !== null) {
      open.push(...Object.values(next))
      const name = typeof next.$ref === 'string' ? nameOf(next.$ref) : undefined
      if (name === undefined || name in found) continue
      const schema = follow(whole, next)
      found[name] = schema
      open.push(schema)
    }
  }
  return found
}

export function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference
}

function follow(whole: JsonObject, value: JsonObject): JsonObject {
  if (typeof value.$ref !== 'string') return value
  const target = value.$ref
    .slice(2)
    .split('/')
    .reduce<Json>((place, key) => object(place)[key] ?? null, whole)
  return object(target)
}

export function object(value: Json | undefined): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new Error(`not an object: ${JSON.stringify(value)?.slice(0, 80)}`)
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
