import { z } from 'zod'
import { NotFound } from '../../domain/errors.ts'
import { needs, type Api } from '../api.ts'
import { callerOf } from '../http/auth.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json, keyParams } from '../schemas/common.ts'
import { machine, machineView } from '../schemas/fleet.ts'
import { machineLife } from '../schemas/life.ts'

const machines = z.object({ machines: z.array(machineView).readonly() }).meta({ id: 'MachineList' })
const drain = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe('For the journal and for `explain`.') })
  .meta({ id: 'Drain' })
const deletion = z.strictObject({
  force: z.enum(['true', 'false']).default('false').describe('Now, with what runs on it.'),
})

export function machineRoutes(app: Api, { operations }: ServerOptions): void {
  const read = needs('read')
  const tags = ['machines']

  app.route({
    method: 'GET',
    url: '/api/v1/machines',
    config: read.config,
    schema: {
      operationId: 'listMachines',
      summary: 'Machines and what is used of them',
      tags,
      security: read.security,
      response: { 200: json('The machines.', machines), ...errors(401, 403) },
    },
    handler: async () => ({ machines: await operations.machines() }),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/machines/:key',
    config: read.config,
    schema: {
      operationId: 'getMachine',
      summary: 'One machine: why it exists, what it has been through, who was on it, and what it cost',
      tags,
      security: read.security,
      params: keyParams,
      response: { 200: json('Its life.', machineLife), ...errors(401, 403, 404) },
    },
    handler: async (request) => {
      const life = await operations.machine(request.params.key)
      if (!life) throw new NotFound(`no machine ${request.params.key}; it may be older than the retention`)
      return life
    },
  })
}

/** What people do to machines. */
export function machineActionRoutes(app: Api, { operations }: ServerOptions): void {
  const admin = needs('admin')
  const tags = ['machines']

  app.route({
    method: 'POST',
    url: '/api/v1/machines/:key/drain',
    config: admin.config,
    schema: {
      operationId: 'drainMachine',
      summary: 'Puts no new agents on a machine; what runs goes on',
      tags,
      security: admin.security,
      params: keyParams,
      body: drain,
      response: { 200: json('The machine, cordoned.', machine), ...errors(400, 401, 403, 404, 409, 413, 415) },
    },
    handler: (request) => operations.drain(request.params.key, request.body.reason, callerOf(request).by),
  })

  app.route({
    method: 'POST',
    url: '/api/v1/machines/:key/undrain',
    config: admin.config,
    schema: {
      operationId: 'undrainMachine',
      summary: 'Uses a drained machine again',
      tags,
      security: admin.security,
      params: keyParams,
      response: { 200: json('The machine.', machine), ...errors(401, 403, 404, 409) },
    },
    handler: (request) => operations.undrain(request.params.key, callerOf(request).by),
  })

  app.route({
    method: 'DELETE',
    url: '/api/v1/machines/:key',
    config: admin.config,
    schema: {
      operationId: 'deleteMachine',
      summary: 'Deletes a machine that Slipway made, once it is empty',
      tags,
      security: admin.security,
      params: keyParams,
      querystring: deletion,
      response: {
        200: json('The machine, cordoned or being deleted.', machine),
        ...errors(400, 401, 403, 404, 409, 422),
      },
    },
    handler: (request) =>
      operations.deleteMachine(request.params.key, { force: request.query.force === 'true' }, callerOf(request).by),
  })
}
