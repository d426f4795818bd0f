import { z } from 'zod'
import { needs, type Api } from '../api.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json } from '../schemas/common.ts'
import { agent } from '../schemas/fleet.ts'

const agents = z.object({ agents: z.array(agent).readonly() }).meta({ id: 'AgentList' })

export function agentRoutes(app: Api, { operations }: ServerOptions): void {
  const read = needs('read')
  app.route({
    method: 'GET',
    url: '/api/v1/agents',
    config: read.config,
    schema: {
      operationId: 'listAgents',
      summary: 'Agents that are not gone',
      tags: ['machines'],
      security: read.security,
      response: { 200: json('The agents.', agents), ...errors(401, 403) },
    },
    handler: async () => ({ agents: await operations.agents() }),
  })
}
