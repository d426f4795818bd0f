import type { FastifyReply, FastifyRequest } from 'fastify'
import { readBundle, type Bundle, type PageFile } from './bundle.ts'
import { missingPage } from './missing.ts'

/** No script but ours, no style but ours, no frame around us, and nothing sent anywhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
  vary: 'accept-encoding',
}

const FOREVER = 'public, max-age=31536000, immutable'
/** It may be kept, and is asked about each time. */
const ASKED_ABOUT = 'no-cache'

/** Answers what no route does with a page of the console, if one is meant; false: none is. */
export type ServePages = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>

/** The folder is read when the first page is asked for, so that a service that nobody looks at holds none of it. */
export function createPages(directory: string): ServePages {
  let reading: Promise<Bundle | undefined> | undefined

  async function bundle(): Promise<Bundle | undefined> {
    const found = await (reading ??= readBundle(directory))
    // Built meanwhile, it is there with the next request.
    if (!found) reading = undefined
    return found
  }

  return async (request, reply) => {
    const [path = '/'] = request.url.split('?', 1)
    if ((request.method !== 'GET' && request.method !== 'HEAD') || path === '/api' || path.startsWith('/api/'))
      return false
    const files = await bundle()
    const file = files?.get(path) ?? (isPage(request, path) ? files?.get('/index.html') : undefined)
    if (file) send(request, reply, file)
    else if (!files && isPage(request, path))
      reply.code(503).headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(missingPage)
    else return false
    return true
  }
}

/** Addresses within the console are made by its script: to the server all of them are its one page. */
function isPage({ headers }: FastifyRequest, path: string): boolean {
  return !path.startsWith('/assets/') && (path === '/' || /\btext\/html\b/.test(headers.accept ?? ''))
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile): void {
  reply.headers(PAGE_HEADERS).header('etag', file.etag)
  reply.header('cache-control', file.immutable ? FOREVER : ASKED_ABOUT)
  if (request.headers['if-none-match']?.includes(file.etag)) {
    reply.code(304).send()
    return
  }
  const [encoding, body] = encoded(file, request.headers['accept-encoding'] ?? '')
  if (encoding) reply.header('content-encoding', encoding)
  reply.code(200).type(file.type).send(body)
}

function encoded({ br, gzip, body }: PageFile, accepted: string): readonly ['br' | 'gzip' | undefined, Buffer] {
  const accepts = (name: string) => new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepted)
  if (br && accepts('br')) return ['br', br]
  return gzip && accepts('gzip') ? ['gzip', gzip] : [undefined, body]
}
