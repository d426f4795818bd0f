import rateLimitPlugin from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { mountedAt } from './mounted.ts'
import type { ServerOptions } from '../options.ts'

/** GitHub sends a large organization's deliveries from a handful of addresses; this is well above their peaks. */
const HOOKS_PER_MINUTE = 6_000

/** Limits pushes per client address, before any body is read or signature computed. */
export async function rateLimit(app: FastifyInstance, options: ServerOptions): Promise<void> {
  const silent = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false }
  await app.register(rateLimitPlugin, {
    max: options.hooksPerMinute ?? HOOKS_PER_MINUTE,
    timeWindow: 60_000,
    cache: 10_000,
    addHeaders: silent,
    addHeadersOnExceeding: silent,
    onExceeded: (request) => {
      const source = mountedAt(request.url, options.routes())?.source ?? ''
      options.onEvent?.('hook', { source, outcome: 'rate_limited', reason: '' })
    },
  })
}
