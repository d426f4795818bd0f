import type { FastifyRequest } from 'fastify'

/* One cookie. `__Host-` has browsers refuse it from anywhere but this very host over https. */

function nameFor({ protocol }: Pick<FastifyRequest, 'protocol'>): string {
  return protocol === 'https' ? '__Host-slipway' : 'slipway'
}

/** The session's secret in the request, if it has one in the right form. */
export function sessionSecret(request: FastifyRequest): string | undefined {
  const wanted = nameFor(request)
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value = ''] = part.trim().split('=', 2)
    if (name === wanted && /^[\w-]{43}$/.test(value)) return value
  }
  return undefined
}

/** The header that has the browser keep the secret; 0 ms: forget it. */
export function sessionCookie(request: FastifyRequest, secret: string, ttlMs: number): string {
  const kept = `${nameFor(request)}=${secret}; Path=/; Max-Age=${Math.floor(ttlMs / 1000)}; HttpOnly; SameSite=Strict`
  return request.protocol === 'https' ? `${kept}; Secure` : kept
}
