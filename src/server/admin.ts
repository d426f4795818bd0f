import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import rateLimitPlugin from '@fastify/rate-limit'
import { requireCallers } from './http/auth.ts'
import { createErrorHandler, errorBody } from './errors.ts'
import { createListener } from './http/listener.ts'
import { rememberMethods } from './http/methods.ts'
import { describeRoutes } from './openapi.ts'
import { createHub } from './live/hub.ts'
import { createIdentify } from './login/identify.ts'
import { createProxyUsers } from './login/proxy-users.ts'
import { createSessions } from './login/sessions.ts'
import type { ServerOptions } from './options.ts'
import { createPages } from './pages/serve.ts'
import { agentRoutes } from './routes/agents.ts'
import { costRoutes } from './routes/cost.ts'
import { jobLogRoutes } from './routes/jobs/logs.ts'
import { jobStoryRoutes } from './routes/jobs/stories.ts'
import { jobRoutes } from './routes/jobs/jobs.ts'
import { journalRoutes } from './routes/journal.ts'
import { liveRoutes } from './routes/live.ts'
import { machineActionRoutes, machineRoutes } from './routes/machines.ts'
import { probeRoutes } from './routes/probes.ts'
import { sessionRoutes } from './routes/session.ts'
import { statusRoutes } from './routes/status.ts'
import { submitRoutes } from './routes/jobs/submit.ts'
import { tokenRoutes } from './routes/tokens.ts'

const BODY_LIMIT = 1_048_576
const SESSION_MS = 43_200_000

/** The listener for people and their tools: the API, its description, and the probes. */
export async function createAdminListener(options: ServerOptions) {
  // Doctor asks engines and sources one after another: an answer may take a while.
  const { operations, clock, logger, proxyAuth } = options
  const trustProxy = [...(options.adminTrustProxy ?? []), ...(proxyAuth?.trusted ?? [])]
  const listener = createListener({ bodyLimit: BODY_LIMIT, idleSocketMs: 180_000, trustProxy })
  const app = listener.withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(createErrorHandler(options.logger))
  // Only JSON: fastify would take text/plain too.
  app.removeContentTypeParser('text/plain')
  const methodsAt = rememberMethods(app)
  countAnswers(app, options)
  const ttlMs = options.sessionMs ?? SESSION_MS
  const sessions = createSessions({ clock, ttlMs })
  const proxyUser = proxyAuth && createProxyUsers(proxyAuth, logger)
  requireCallers(app, createIdentify({ operations, sessions, clock, proxyUser }))
  await app.register(rateLimitPlugin, { global: false })
  await describeRoutes(app)
  for (const routes of [
    statusRoutes,
    jobRoutes,
    jobStoryRoutes,
    jobLogRoutes,
    submitRoutes,
    agentRoutes,
    machineRoutes,
    machineActionRoutes,
    journalRoutes,
    costRoutes,
    tokenRoutes,
  ])
    routes(app, options)
  probeRoutes(app, options)
  sessionRoutes(app, options, sessions, ttlMs)
  const hub = createHub(options)
  liveRoutes(app, options, hub)
  app.addHook('preClose', () => hub.close('the service stops'))
  const servePages = options.pages === undefined ? undefined : createPages(options.pages)
  app.setNotFoundHandler(async (request, reply) => {
    if (await servePages?.(request, reply)) return reply
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
