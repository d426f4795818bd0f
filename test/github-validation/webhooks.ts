import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { object, readDescription, reachable, type JsonObject } from './cut.ts'
import { toJsonSchema } from './json-schema.ts'

const actions = ['queued', 'waiting', 'in_progress', 'completed']

/** Checks `workflow_job` payloads against the published schemas and the published examples. */
export interface WebhookValidator {
  check(event: string, payload: unknown): readonly string[]
}

export function createWebhookValidator(): WebhookValidator {
  const schemas = loadSchemas()
  const examples = loadExamples()
  return {
    check(event, payload) {
      const action = String((payload as { action?: unknown }).action)
      const validate = schemas.get(action)
      if (event !== 'workflow_job' || !validate) return [`${event} ${action}: not an event that Slipway asks for`]
      const broken = validate(payload) ? [] : (validate.errors ?? [])
      return [
        ...broken.map(({ instancePath, message }) => `workflow_job ${action}: ${instancePath} ${message}`),
        ...compareKeys(payload as JsonObject, examples).map((fault) => `workflow_job ${action}: ${fault}`),
      ]
    },
  }
}

function loadSchemas() {
  const whole = readDescription('@octokit/openapi-webhooks/generated/api.github.com.json')
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }))
  const named = object(object(whole.components).schemas)
  return new Map(
    actions.map((action) => {
      const schema = object(named[`webhook-workflow-job-${action.replace('_', '-')}`])
      const $defs = toJsonSchema({ properties: reachable(whole, [schema]) }) as JsonObject
      return [action, ajv.compile({ ...(toJsonSchema(schema) as JsonObject), $defs: $defs.properties })]
    }),
  )
}

interface KeySets {
  readonly known: ReadonlySet<string>
  readonly always: ReadonlySet<string>
}

/** Which keys the published payloads have somewhere, and which all of them have, in each part of a payload. */
function loadExamples(): ReadonlyMap<string, KeySets> {
  const index = readDescription('@octokit/webhooks-examples/api.github.com/index.json') as unknown as {
    name: string
    examples: JsonObject[]
  }[]
  const payloads = index.find(({ name }) => name === 'workflow_job')?.examples ?? []
  const parts = ['', 'workflow_job', 'repository', 'organization', 'sender', 'installation']
  return new Map(
    parts.map((part) => {
      const keys = payloads
        .map((payload) => partOf(payload, part))
        .filter((value) => value !== undefined)
        .map(Object.keys)
      const known = new Set(keys.flat())
      return [part, { known, always: new Set([...known].filter((key) => keys.every((each) => each.includes(key)))) }]
    }),
  )
}

function compareKeys(payload: JsonObject, examples: ReadonlyMap<string, KeySets>): string[] {
  return [...examples].flatMap(([part, { known, always }]) => {
    const value = partOf(payload, part)
    if (value === undefined) return []
    const name = part === '' ? 'the payload' : part
    const keys = Object.keys(value)
    const strange = keys.filter((key) => !known.has(key))
    const missing = [...always].filter((key) => !keys.includes(key))
    return strange
      .map((key) => `${name} has ${key}, which no published payload has`)
      .concat(missing.map((key) => `${name} lacks ${key}, which all published payloads have`))
  })
}

function partOf(payload: JsonObject, part: string): JsonObject | undefined {
  if (part === '') return payload
  const value = payload[part]
  return value === undefined ? undefined : object(value)
}
