import { z } from 'zod'
import { secret } from '../../kit/schema.ts'
import { azureFleetSchema } from '../../providers/azure/schema.ts'
import { dockerFleetSchema } from '../../providers/docker/schema.ts'
import { staticFleetSchema } from '../../providers/static/schema.ts'
import { registrySchema } from '../../runtimes/docker/schema.ts'
import { githubSourceSchema } from '../../sources/github/schema.ts'
import { hudsonSourceSchema, jenkinsSourceSchema } from '../../sources/jenkins/schema.ts'
import { httpSourceSchema } from '../../sources/http/schema.ts'
import { archiveSchema } from './archive.ts'
import { budgetSchema, compareSchema, teamsSchema } from './costs.ts'
import { metricsSchema } from './metrics.ts'
import { poolSchema } from './pool.ts'
import { logSchema, serverSchema, storeSchema } from './server.ts'

export const sourceSchema = z.discriminatedUnion('kind', [
  githubSourceSchema,
  jenkinsSourceSchema,
  hudsonSourceSchema,
  httpSourceSchema,
])
export const fleetSchema = z.discriminatedUnion('provider', [staticFleetSchema, dockerFleetSchema, azureFleetSchema])

/** What stands once in the file. Every part is parsed on its own, so that all problems are found at once. */
export const partSchemas = {
  owner: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,23}$/, {
      error: "expected small letters, digits and hyphens, at most 24, a letter first, for example 'acme-ci'",
    })
    .describe('Id of this installation, carried by all that it makes. Changing it abandons what is there.'),
  store: storeSchema,
  server: serverSchema,
  log: logSchema,
  metrics: metricsSchema,
  teams: teamsSchema,
  compare: compareSchema,
  proxy: z
    .url({ protocol: /^https?$/, error: "expected an address, for example 'http://proxy:3128'" })
    .optional()
    .describe('Proxy for Slipway’s own calls, for engines and for agents.'),
  noProxy: z
    .array(z.string().min(1))
    .default([])
    .describe('Hosts and domains (`.example.com`) reached without the proxy.'),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file of further authorities, relative to this file: for Slipway’s own calls, engines and agents.'),
  engineImage: z
    .string()
    .regex(/^\S+$/, { error: "expected an image, for example 'registry.example.com/docker:dind'" })
    .optional()
    .describe('Image of the engine beside agents with `containers: dind`. Absent: docker:dind.'),
  archive: archiveSchema,
  authority: z
    .strictObject({
      key: secret()
        .min(32, { error: 'expected 32 characters or more, for example from `openssl rand -base64 32`' })
        .describe('Seals the authority in the store. Another one, and machines of before can’t be reached any more.'),
    })
    .optional()
    .describe('Slipway’s own certificate authority, for fleets whose machines come and go.'),
}

/** Lists whose items are parsed one by one. */
export const listSchemas = {
  sources: sourceSchema,
  registries: registrySchema,
  fleets: fleetSchema,
  pools: poolSchema,
  budgets: budgetSchema,
}

/** The whole file. */
export const configSchema = z
  .strictObject({
    ...partSchemas,
    sources: z
      .array(sourceSchema)
      .min(1, { error: 'expected at least one source' })
      .describe('CI systems that jobs come from.'),
    registries: z.array(registrySchema).default([]).describe('Credentials for pulling images.'),
    fleets: z.array(fleetSchema).min(1, { error: 'expected at least one fleet' }).describe('Machines.'),
    pools: z
      .array(poolSchema)
      .min(1, { error: 'expected at least one pool' })
      .describe('Agents. The first pool that satisfies a job’s requirement takes it.'),
    budgets: z.array(budgetSchema).default([]).describe('What jobs are to cost at most.'),
  })
  .describe('Configuration of Slipway.')

export type Settings = z.output<typeof configSchema>
export type SourceConfig = z.output<typeof sourceSchema>
export type FleetConfig = z.output<typeof fleetSchema>
export type ElasticFleetConfig = Exclude<FleetConfig, { provider: 'static' }>
