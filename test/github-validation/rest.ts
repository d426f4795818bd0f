import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Exchange } from '../../src/demo/github/index.ts'
import { cutRest, object, readDescription, type DescribedOperation, type JsonObject } from './cut.ts'
import { toJsonSchema } from './json-schema.ts'

const prefixes = [
  '/app',
  '/installation/repositories',
  '/orgs/{org}/installation',
  '/orgs/{org}/actions/runner',
  '/repos/{owner}/{repo}/installation',
  '/repos/{owner}/{repo}/actions/run',
  '/repos/{owner}/{repo}/actions/jobs',
]
const exact = '/repos/{owner}/{repo}'

/** Checks what was asked and what was answered against GitHub's own description; each fault is one line of text. */
export interface RestValidator {
  check(exchange: Exchange): readonly string[]
}

export function createRestValidator(): RestValidator {
  const whole = mend(readDescription('@octokit/openapi/generated/api.github.com.json'))
  const { operations, definitions } = cutRest(whole, prefixes)
  const single = cutRest({ ...whole, paths: { [exact]: (whole.paths as JsonObject)[exact] ?? {} } }, [exact])
  const described = new Map([...operations, ...single.operations])
  const $defs = toJsonSchema({ properties: { ...definitions, ...single.definitions } }) as JsonObject
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true, validateFormats: true }))
  const compiled = new Map<JsonObject, ValidateFunction>()

  function faults(schema: JsonObject, value: unknown, where: string, closed = false): string[] {
    const validate = compiled.get(schema) ?? compile(schema, closed)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${where}${instancePath} ${message}`)
  }

  function compile(schema: JsonObject, closed: boolean): ValidateFunction {
    const converted = toJsonSchema(schema) as JsonObject
    const validate = ajv.compile({
      ...converted,
      ...(closed && { additionalProperties: false }),
      $defs: $defs.properties,
    })
    compiled.set(schema, validate)
    return validate
  }

  function requestFaults(operation: DescribedOperation, exchange: Exchange): string[] {
    const known = new Map(operation.parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]))
    const given = [
      ...Object.entries(exchange.params).map(([name, value]) => ({ in: 'path', name, value })),
      ...Object.entries(exchange.query).map(([name, value]) => ({ in: 'query', name, value })),
    ]
    const parameterFaults = given.flatMap(({ in: place, name, value }) => {
      const parameter = known.get(`${place} ${name}`)
      if (!parameter) return [`unknown ${place} parameter ${name}`]
      return faults(parameter.schema, readParameter(value, parameter.schema), `${place} parameter ${name}`)
    })
    if (!operation.body) return parameterFaults
    if (exchange.requestBody === undefined) {
      return operation.body.required ? [...parameterFaults, 'the body is missing'] : parameterFaults
    }
    return [...parameterFaults, ...faults(operation.body.schema, exchange.requestBody, 'body', true)]
  }

  function answerFaults(operation: DescribedOperation, exchange: Exchange): string[] {
    if (exchange.injected || isCommon(exchange.status)) return []
    const schema = operation.answers.get(exchange.status)
    if (schema === undefined) return [`answers ${exchange.status}, which is not described`]
    if (schema === null)
      return exchange.responseBody === undefined ? [] : ['answers with a body, where none is described']
    return faults(schema, exchange.responseBody, 'answer')
  }

  return {
    check(exchange) {
      const operation = exchange.operation === undefined ? undefined : described.get(exchange.operation)
      const name = `${exchange.method} ${exchange.url} → ${exchange.status}:`
      if (!operation) return [`${name} GitHub has no such operation here`]
      /** A request that was refused for its form is meant to be wrong only in tests of that. */
      const asked = requestFaults(operation, exchange)
      return [...asked, ...answerFaults(operation, exchange)].map((fault) => `${name} ${fault}`)
    },
  }
}

/** The one schema that nothing can satisfy: an account that is both a user and an enterprise, and neither. */
function mend(whole: JsonObject): JsonObject {
  const steps = 'paths /app/installations get responses 200 content application/json schema items properties account'
  const account = steps.split(' ').reduce((place, key) => object(place[key]), whole)
  account.anyOf = account.allOf ?? []
  delete account.allOf
  return whole
}

/** Every operation may answer so, described or not. */
function isCommon(status: number): boolean {
  return status === 304 || status === 401 || status === 403 || status === 404
}

/** Parameters travel as text. */
function readParameter(value: string, schema: JsonObject): unknown {
  if (schema.type === 'integer' || schema.type === 'number') return value === '' ? value : Number(value)
  if (schema.type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value
  return value
}
