import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import { startServerFixture } from '../../test/contracts/server-fixture.ts'
import type { Role } from '../domain/token.ts'
import { createAdminListener } from './admin.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly security: readonly { readonly bearer: readonly Role[] }[]
  readonly responses: Record<string, { readonly description: string }>
}

interface Description extends Record<string, unknown> {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object> }
}

let description: Description

beforeAll(async () => {
  await using server = await startServerFixture()
  description = (await (await fetch(`${server.adminUrl}/api/openapi.json`)).json()) as Description
})

function operations() {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
}

describe('/api/openapi.json', () => {
  it('is valid OpenAPI 3.1, every reference of which leads somewhere', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(description))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    const references = JSON.stringify(description).matchAll(/"#\/components\/schemas\/(\w+)"/g)
    const names = new Set([...references].map(([, name]) => name ?? ''))
    expect(names.size).toBeGreaterThan(10)
    expect(Object.keys(description.components.schemas).sort()).toEqual([...names].sort())
  })

  it('has every registered route, and no other', async () => {
    await using server = await startServerFixture()
    const app = await createAdminListener({
      ...server,
      about,
      routes: () => [],
      metrics: unused,
      listen: unlistened,
      logger,
    })
    await app.ready()
    const printed = app.printRoutes({ commonPrefix: false, includeHooks: false })
    await app.close()
    const registered = routesIn(printed)
    expect(registered.length).toBeGreaterThan(18)
    const described = operations().map(({ path, method }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
    expect(described.sort()).toEqual(registered.sort())
  })

  it('says of each what it is for and how it can fail', () => {
    for (const { path, operation } of operations()) {
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/)
      expect(operation.summary).not.toBe('')
      const statuses = Object.keys(operation.responses)
      const refuses = operation.security.length > 0 || operation.operationId === 'logIn'
      expect([path, statuses.includes('401'), statuses.includes('403')]).toEqual([path, refuses, refuses])
      for (const answer of Object.values(operation.responses)) expect(answer.description).not.toMatch(/Default/)
    }
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('lets anyone ask what it says is open', async () => {
    await using server = await startServerFixture()
    const open = operations().filter(({ operation }) => operation.security.length === 0)
    const reads = open.filter(({ method }) => method === 'GET')
    expect(reads.map(({ path }) => path)).toEqual(['/healthz', '/readyz', '/metrics', '/api/openapi.json'])
    for (const { path } of reads) expect((await fetch(`${server.adminUrl}${path}`)).status).toBe(200)
    expect(open.filter(({ method }) => method !== 'GET').map(({ path }) => path)).toEqual(['/api/v1/session'])
  })

  it('keeps its word on the rest: 401 without a token, 403 without the role, another answer with it', async () => {
    await using server = await startServerFixture()
    const secured = operations().filter(({ operation }) => operation.security.length > 0)
    expect(secured).toHaveLength(26)
    for (const { path, method, operation } of secured) {
      const role = operation.security[0]?.bearer[0] ?? 'admin'
      const url = path.replace(/\{\w+\}/g, 'x')
      const stranger = await fetch(`${server.adminUrl}${url}`, { method })
      expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="slipway"'])
      const others = (['submit', 'read', 'logs'] as const).filter((other) => other !== role)
      const refused = await server.call(method, url, { as: others })
      expect([path, refused.status]).toEqual([path, 403])
      expect(refused.headers.get('www-authenticate')).toContain(`scope="${role}"`)
      expect(await refused.text()).toContain(`role ${role}`)
      for (const as of [[role], ['admin']] as const)
        expect([401, 403]).not.toContain((await server.call(method, url, { as })).status)
    }
  })

  it('refuses an unknown token and a malformed header', async () => {
    await using server = await startServerFixture()
    const status = `${server.adminUrl}/api/v1/status`
    const unknown = await fetch(status, { headers: { authorization: 'Bearer nobody' } })
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="slipway", error="invalid_token"',
    ])
    const basic = await fetch(status, { headers: { authorization: 'Basic bm9ib2R5' } })
    expect(basic.status).toBe(401)
  })
})

const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger }
const about = { owner: 'test', version: '0.0.0' }
const unlistened = { admin: { host: '127.0.0.1', port: 0 } }
function ignore(): void {}
async function unused() {
  return { contentType: '', body: '' }
}

/** `METHOD /path` of every line of fastify's tree of routes; HEAD comes with every GET and is not described. */
function routesIn(tree: string): string[] {
  const parents: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^((?:[│ ] {3})*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? []
    const depth = indent.length / 4
    const path = `${parents[depth - 1] ?? ''}${part}`
    parents[depth] = path
    const described = methods.split(', ').filter((method) => method !== '' && method !== 'HEAD')
    return described.map((method) => `${method} ${path}`)
  })
}
