import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/index.ts'
import { toJsonSchema } from '../azure-validation/json-schema.ts'
import { unknownValues } from '../azure-validation/known-values.ts'
import { readMappers } from '../azure-validation/mappers.ts'
import { createFolder } from '../fakes/folder.ts'
import { compileBicep, type Template } from './compile.ts'

const folder = new URL('../../config/azure/', import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const templateOf = (name: string): Template => compileBicep(textOf(`${name}.bicep`), textOf)

interface Rule {
  readonly name: string
  readonly properties: Readonly<Record<string, unknown>>
}

function rulesOf(name: string): readonly Rule[] {
  const { resources } = templateOf('slipway') as unknown as {
    resources: Record<string, { properties: { securityRules: Rule[] } }>
  }
  return resources[name]?.properties.securityRules ?? []
}

describe('templates for Azure', () => {
  it.for(['slipway', 'machines', 'subscription'])('%s.json says what %s.bicep says', async (name) => {
    const text = `${JSON.stringify(templateOf(name), null, 2)}\n`
    await expect(text).toMatchFileSnapshot(new URL(`${name}.json`, folder).pathname)
  })

  it('every expression names what there is, and every bracket is closed', () => {
    for (const name of ['slipway', 'machines', 'subscription']) {
      const template = templateOf(name)
      const expressions = [...JSON.stringify(template).matchAll(/"\[([^"]+)\]"/g)].map(([, words = '']) => words)
      expect(expressions.length).toBeGreaterThan(2)
      for (const words of expressions) {
        expect(words.split('(').length).toBe(words.split(')').length)
        for (const [, kind = '', used = ''] of words.matchAll(/(parameters|variables|reference)\('([^']+)'\)/g)) {
          expect(Object.keys(template[kind === 'reference' ? 'resources' : kind] ?? {})).toContain(used)
        }
      }
    }
  })

  it('the VM and its disk are what Azure describes', async () => {
    const { resources } = templateOf('slipway') as unknown as { resources: Record<string, Record<string, unknown>> }
    const mappers = await readMappers()
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
    for (const [symbol, className] of [
      ['vm', 'VirtualMachine'],
      ['data', 'Disk'],
    ] as const) {
      const { type: _type, apiVersion: _version, name: _name, dependsOn: _needs, ...body } = resources[symbol] ?? {}
      const validate = ajv.compile(toJsonSchema(mappers, className, { request: true }))
      validate(body)
      expect(validate.errors ?? []).toEqual([])
      expect(unknownValues(body)).toEqual([])
    }
  })

  it('secrets are secure parameters and never outputs', () => {
    const { parameters, outputs } = templateOf('slipway') as unknown as {
      parameters: Record<string, { type: string; defaultValue?: string }>
      outputs: object
    }
    for (const name of ['configuration', 'slipwayKey', 'githubPrivateKey', 'githubWebhookSecret']) {
      expect(parameters[name]?.type).toBe('securestring')
      expect(parameters[name]).not.toHaveProperty('defaultValue')
      expect(JSON.stringify(outputs)).not.toContain(name)
    }
  })

  it('only Slipway reaches the engines, and nothing reaches Slipway from machines', () => {
    const inbound = (name: string): readonly Rule[] =>
      rulesOf(name).filter(({ properties }) => properties['direction'] === 'Inbound')
    const open = inbound('machineRules').filter(({ properties }) => properties['access'] === 'Allow')
    expect(open).toMatchObject([
      { properties: { sourceAddressPrefix: "[parameters('slipwayPrefix')]", destinationPortRange: '2376' } },
    ])
    const [first] = [...inbound('slipwayRules')].sort(
      (a, b) => Number(a.properties['priority']) - Number(b.properties['priority']),
    )
    expect(first?.properties).toMatchObject({
      access: 'Deny',
      sourceAddressPrefix: "[parameters('machinesPrefix')]",
      destinationPortRange: '*',
    })
    for (const name of ['machineRules', 'slipwayRules']) {
      expect(inbound(name).at(-1)?.properties).toMatchObject({ access: 'Deny', sourceAddressPrefix: '*' })
    }
    const outbound = rulesOf('machineRules').filter(({ properties }) => properties['direction'] === 'Outbound')
    expect(outbound).toMatchObject([{ properties: { access: 'Deny', destinationAddressPrefix: 'VirtualNetwork' } }])
  })

  it('the service’s VM is set up by YAML and a script that can be read', () => {
    const cloudInit = parse(textOf('slipway-vm.yaml')) as { write_files: { path: string; content: string }[] }
    const script = cloudInit.write_files.find(({ path }) => path === '/usr/local/sbin/slipway-secrets')
    expect(spawnSync('sh', ['-n'], { input: script?.content }).status).toBe(0)
    const placeholders = new Set(textOf('slipway-vm.yaml').match(/@@\w+@@/g))
    for (const each of placeholders) expect(textOf('slipway.bicep')).toContain(`'${each}'`)
    expect([...placeholders].sort()).toEqual(['@@host@@', '@@identity@@', '@@image@@', '@@vault@@'])
  })

  it('the example is valid and without warnings', async () => {
    using place = createFolder()
    for (const name of ['slipway-key', 'github.private-key.pem', 'github.webhook-secret']) {
      place.write(`secrets/${name}`, 'a-secret-that-is-longer-than-32-characters')
    }
    const loaded = await loadConfig(place.write('slipway.yaml', textOf('slipway.yaml')), {})
    expect(loaded.ok ? [] : loaded.problems).toEqual([])
    expect(loaded.warnings).toEqual([])
  })
})

describe('the compiler of templates', () => {
  it.for([
    ["var x = 'a'", { variables: { x: 'a' } }],
    ["var x = '[a'", { variables: { x: '[[a' } }],
    ["param p string\nvar x = '${p}-b'", { variables: { x: "[format('{0}-b', parameters('p'))]" } }],
    ["param p bool = true // why\nvar x = p ? 'a' : 'b'", { variables: { x: "[if(parameters('p'), 'a', 'b')]" } }],
    [
      'var x = [1, true]\nvar y = {\n  a: [\n    x\n  ]\n}',
      { variables: { x: [1, true], y: { a: ["[variables('x')]"] } } },
    ],
    ['@secure()\n@minLength(3)\nparam p string', { parameters: { p: { type: 'securestring', minLength: 3 } } }],
    [
      "resource a 'T/a@1' = {\n name: 'a'\n}\nresource b 'T/a/b@1' = {\n parent: a\n name: 'b'\n}\noutput o string = b.id",
      {
        resources: { b: { type: 'T/a/b', apiVersion: '1', name: "[format('{0}/{1}', 'a', 'b')]", dependsOn: ['a'] } },
        outputs: { o: { type: 'string', value: "[resourceId('T/a/b', 'a', 'b')]" } },
      },
    ],
  ] as const)('%s', ([text, expected]) => {
    expect(compileBicep(text, String)).toMatchObject(expected)
  })

  it.for(['for x in y', "var x = 'no end", 'var x = nobody', "resource a 'T@1' = {}", 'var x = {a: 1', 'var x = 1 +'])(
    'refuses %s',
    (text) => {
      expect(() => compileBicep(text, String)).toThrow(/./)
    },
  )
})
