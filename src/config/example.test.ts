import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createFolder } from '../../test/fakes/folder.ts'
import { jsonSchema, schemaTree } from './json-schema.ts'
import { loadConfig } from './load.ts'
import type { SchemaNode } from './reading/schema-walk.ts'

const folderOf = (name: string) => new URL(`../../config/${name}`, import.meta.url)
const textOf = (name: string) => readFileSync(folderOf(name), 'utf8')
const CA_LINE = /^# caFile: .*$/m

const env = {
  GITHUB_APP_ID: '42',
  GITHUB_PRIVATE_KEY: 'pem',
  GITHUB_WEBHOOK_SECRET: 'a-long-webhook-secret',
  JENKINS_TOKEN: '0123456789abcdef',
  JENKINS_HOOK_SECRET: 'a-long-hook-secret',
  LEGACY_PASSWORD: 'password',
  HUDSON_PASSWORD: 'password',
  REGISTRY_PASSWORD: 'password',
  ENGINE_CA: 'pem',
  ENGINE_CERT: 'pem',
  ENGINE_KEY: 'pem',
  SSH_PRIVATE_KEY: 'pem',
  SLIPWAY_KEY: 'sealed-with-more-than-32-characters',
}

/** The one setting that names a file of the reader's is commented out there. */
function exampleText(): string {
  const text = textOf('slipway.example.yaml')
  expect(text).toMatch(CA_LINE)
  return text.replace(CA_LINE, 'caFile: ca.pem')
}

/** Settings that exclude those shown stand beside them, behind a mark. */
function withAlternatives(text: string): string {
  return text.replace(/^( *)# or: /gm, '$1')
}

describe.each(['slipway.example.yaml', 'minimal.yaml'])('config/%s', (name) => {
  it('tells editors its schema in the first line', () => {
    expect(textOf(name).split('\n')[0]).toBe('# yaml-language-server: $schema=./slipway.schema.json')
  })

  it('agrees with the committed JSON Schema', () => {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(textOf('slipway.schema.json')))
    validate(parse(textOf(name)))
    expect(validate.errors ?? []).toEqual([])
  })
})

describe('the minimal configuration', () => {
  it('is valid and without warnings', async () => {
    using folder = createFolder()
    const loaded = await loadConfig(folder.write('slipway.yaml', textOf('minimal.yaml')), {})
    expect(loaded).toMatchObject({ ok: true, warnings: [] })
  })
})

describe('the example', () => {
  it('is valid and without warnings', async () => {
    using folder = createFolder()
    folder.write('ca.pem', '-----BEGIN CERTIFICATE-----\n')
    const loaded = await loadConfig(folder.write('slipway.yaml', exampleText()), env)
    expect(loaded.ok ? [] : loaded.problems).toEqual([])
    expect(loaded.warnings).toEqual([])
  })

  it('shows every field of the schema', () => {
    const shown = new Set(keyPaths(parse(withAlternatives(exampleText()))))
    expect([...fieldPaths(schemaTree())].filter((path) => !shown.has(path))).toEqual([])
  })
})

describe('the JSON Schema', () => {
  it('is committed as `slipway schema` prints it', () => {
    expect(JSON.parse(textOf('slipway.schema.json'))).toEqual(jsonSchema())
  })

  it('describes every field', () => {
    expect(undescribed(schemaTree(), '')).toEqual([])
  })

  it('lets references stand where a form is asked for', () => {
    const validate = new Ajv2020({ strict: false }).compile(jsonSchema())
    const owner = (value: string) => validate({ ...(parse(textOf('minimal.yaml')) as object), owner: value })
    expect(owner('acme')).toBe(true)
    expect(owner('${OWNER}')).toBe(true)
    expect(owner('Not An Owner')).toBe(false)
  })
})

/** `pools.serves.source`: every key that the schema knows, lists and alternatives left out. */
function* fieldPaths(node: SchemaNode, base = ''): Generator<string> {
  for (const part of [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])]) {
    if (part !== node) yield* fieldPaths(part, base)
    if (part === node && part.items) yield* fieldPaths(part.items, base)
    if (part !== node) continue
    for (const [key, child] of Object.entries(part.properties ?? {})) {
      yield `${base}${key}`
      yield* fieldPaths(child, `${base}${key}.`)
    }
  }
}

function* keyPaths(value: unknown, base = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* keyPaths(item, base)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      yield `${base}${key}`
      yield* keyPaths(child, `${base}${key}.`)
    }
  }
}

function undescribed(node: SchemaNode, path: string): string[] {
  const parts = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.items ? [node.items] : [])]
  const fields = Object.entries(node.properties ?? {})
  return [
    fields.filter(([, child]) => !child.description).map(([key]) => `${path}${key}`),
    fields.flatMap(([key, child]) => undescribed(child, `${path}${key}.`)),
    parts.flatMap((part) => undescribed(part, path)),
  ].flat()
}
