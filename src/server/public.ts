import { rateLimit } from './hooks/rate.ts'
import { createErrorHandler } from './errors.ts'
import { createHookHandler } from './hooks/hooks.ts'
import { createListener } from './http/listener.ts'
import type { ServerOptions } from './options.ts'

/**
 * The listener that the outside may reach: the sources' hooks, and `/healthz`, which says no more than that something
 * answers.
 */
export async function createPublicListener(options: ServerOptions) {
  // Each route has a limit of its own, which the hook handler keeps; fastify reads no body here.
  const app = createListener({ bodyLimit: 1, idleSocketMs: 20_000, trustProxy: options.trustProxy })
  app.setErrorHandler(createErrorHandler(options.logger))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  await rateLimit(app, options)
  app.get('/healthz', { config: { rateLimit: false } }, () => 'ok\n')
  app.all('*', createHookHandler(options))
  return app
}
