import swagger, { type SwaggerTransformObject } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'

/** Grows by SemVer with the routes, not with the product. */
const API_VERSION = '1.0.0'

const DESCRIPTION = `Slipway's API, on the admin listener. Every route but the probes, login and this
description needs a caller with the role that its \`security\` names: by a bearer token, or in a browser by a session or
a proxy that logs people in. \`admin\` implies all roles. Errors have one shape, \`Error\`. Times are milliseconds since the epoch, resources thousandths of a CPU and bytes.`

/** Collects every route that is registered after it into the OpenAPI description. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Slipway',
        version: API_VERSION,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'jobs', description: 'Units of work that sources want run.' },
        { name: 'machines', description: 'Machines and the agents on them.' },
        { name: 'costs', description: 'What jobs and machines have cost.' },
        { name: 'service', description: 'What Slipway does, did and needs.' },
        { name: 'console', description: 'What the web page asks: login, the live picture, the policy.' },
        { name: 'tokens', description: 'Keys to this API.' },
        { name: 'probes', description: 'For supervisors and Prometheus.' },
      ],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of `slipway token`. Roles: `submit`, `read`, `logs`, `admin`.',
          },
        },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { override: dropReadOnly } }),
    transformObject: (document) => onlyUsed(withComponents(document)),
  })
}

type Described = ReturnType<SwaggerTransformObject>

const withComponents = createJsonSchemaTransformObject({ zodToJsonConfig: { override: dropReadOnly } })

/** `readonly` of TypeScript is a promise between functions; in OpenAPI it would say that clients must not send it. */
function dropReadOnly({ jsonSchema }: { readonly jsonSchema: { readOnly?: boolean } }): void {
  delete jsonSchema.readOnly
}

/** Each named schema comes in two variants, of input and output, most of which no route uses. */
function onlyUsed(described: Described): Described {
  const components = 'components' in described ? described.components : undefined
  const schemas: Readonly<Record<string, unknown>> = components?.schemas ?? {}
  const used = new Set<string>()
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue
      used.add(name)
      visit(schemas[name] ?? {})
    }
  }
  visit('paths' in described ? (described.paths ?? {}) : {})
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  return { ...described, components: { ...components, schemas: kept } } as Described
}
