import type { FastifyRequest } from 'fastify'

/**
 * Whether a page of this very console makes the request, as the browser tells; undefined: it is no browser, or an old
 * one, and tells nothing. Scripts of other sites can neither set nor leave out these headers.
 */
export function isSameOrigin(request: FastifyRequest): boolean | undefined {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = request.headers
  if (origin === undefined) return undefined
  return hostOf(origin) === hostOf(`${request.protocol}://${request.host}`)
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}
