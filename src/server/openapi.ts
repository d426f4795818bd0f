import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'

/** Grows by SemVer with the routes, not with the product. */
const API_VERSION = '1.0.0'

const DESCRIPTION = `Slipway's API, on the admin listener. Every route but the probes and this description needs a
bearer token with the role that its \`security\` names; \`admin\` implies all roles. Errors have one shape, \`Error\`.
Times are milliseconds since the epoch, resources thousandths of a CPU and bytes.`

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
        { name: 'service', description: 'What Slipway does, did and needs.' },
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
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
}
