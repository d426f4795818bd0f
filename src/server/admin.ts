import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { requireTokens } from './http/auth.ts'
import { createErrorHandler, errorBody } from './errors.ts'
import { createListener } from './http/listener.ts'
import { rememberMethods } from './http/methods.ts'
import { describeRoutes } from './openapi.ts'
import type { ServerOptions } from './options.ts'
import { agentRoutes } from './routes/agents.ts'
import { costRoutes } from './routes/cost.ts'
import { jobRoutes } from './routes/jobs.ts'
import { journalRoutes } from './routes/journal.ts'
import { machineRoutes } from './routes/machines.ts'
import { probeRoutes } from './routes/probes.ts'
import { statusRoutes } from './routes/status.ts'
import { submitRoutes } from './routes/submit.ts'
import { tokenRoutes } from './routes/tokens.ts'

const BODY_LIMIT = 1_048_576

/** The listener for people and their tools: the API, its description, and the probes. */
export async function createAdminListener(options: ServerOptions) {
  // Doctor asks engines and sources one after another: an answer may take a while.
  const listener = createListener({ bodyLimit: BODY_LIMIT, idleSocketMs: 180_000 })
  const app = listener.withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(createErrorHandler(options.logger))
  // Only JSON: fastify would take text/plain too.
  app.removeContentTypeParser('text/plain')
  const methodsAt = rememberMethods(app)
  countAnswers(app, options)
  requireTokens(app, options.operations)
  await describeRoutes(app)
  for (const routes of [
    statusRoutes,
    jobRoutes,
    submitRoutes,
    agentRoutes,
    machineRoutes,
    journalRoutes,
    costRoutes,
    tokenRoutes,
  ])
    routes(app, options)
  probeRoutes(app, options)
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(request.url)
    if (methods.length === 0) return reply.code(404).send(errorBody('not_found', 'nothing is here'))
    const allow = methods.join(', ')
    return reply
      .header('allow', allow)
      .code(405)
      .send(errorBody('method_not_allowed', `use ${allow}`))
  })
  return app
}

function countAnswers(app: ReturnType<typeof createListener>, { onEvent }: ServerOptions): void {
  if (!onEvent) return
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    onEvent('api', { method: request.method, route, status: String(reply.statusCode) })
    done()
  })
}
