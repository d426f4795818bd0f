import { isIPv6, type AddressInfo } from 'node:net'
import { fastify, type FastifyInstance } from 'fastify'
import type { Clock } from '../../domain/ports/clock.ts'
import { SlipwayError } from '../../domain/errors.ts'
import { answerBadPath, answerNoRequest } from './malformed.ts'
import type { Address } from '../options.ts'

const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
]

export interface ListenerLimits {
  readonly bodyLimit: number
  /** A socket without traffic this long is ended; must exceed the slowest answer. */
  readonly idleSocketMs: number
  readonly trustProxy?: readonly string[]
}

/** A fastify instance with the timeouts, limits and headers that both listeners share. It logs nothing by itself. */
export function createListener(limits: ListenerLimits): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyLimit,
    // The whole request must have arrived within this: a client that sends byte by byte holds no socket for long.
    requestTimeout: 15_000,
    connectionTimeout: limits.idleSocketMs,
    keepAliveTimeout: 65_000,
    http: { maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 },
    forceCloseConnections: 'idle',
    clientErrorHandler: answerNoRequest,
    frameworkErrors: answerBadPath,
    // Keys of jobs stand in paths, URL-encoded.
    routerOptions: { maxParamLength: 1_024 },
    trustProxy: limits.trustProxy && limits.trustProxy.length > 0 ? [...limits.trustProxy] : false,
  })
  addSecurityHeaders(app)
  endConnectionsWhenClosing(app)
  return app
}

function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    for (const [name, value] of SECURITY_HEADERS) reply.header(name, value)
    done()
  })
}

/** A connection whose request was under way when we began to close would else stay open until its keep-alive ends. */
function endConnectionsWhenClosing(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', (done) => {
    closing = true
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close')
    done(null, payload)
  })
}

/** Opens the port; returns the URL. `setting` names the configuration's key in the error. */
export async function listen(app: FastifyInstance, address: Address, setting: string): Promise<string> {
  try {
    await app.listen({ host: address.host, port: address.port })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new SlipwayError(`can't listen on ${address.host}:${address.port} (${why}); change ${setting}`, {
      cause: error,
    })
  }
  const { port } = app.server.address() as AddressInfo
  return `http://${isIPv6(address.host) ? `[${address.host}]` : address.host}:${port}`
}

/** Ends the listener: idle connections at once, busy ones with their answer, all of them after `graceMs`. */
export async function closeListener(app: FastifyInstance, clock: Clock, graceMs: number): Promise<void> {
  const cancel = clock.timer(graceMs, () => app.server.closeAllConnections())
  try {
    await app.close()
  } finally {
    cancel()
  }
}
