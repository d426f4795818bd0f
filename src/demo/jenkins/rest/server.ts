import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Estate } from '../work/estate.ts'
import { Answer, type Faults } from './answer.ts'
import { page, type Gate } from './auth.ts'
import type { Request, Result, Route } from './handlers.ts'
import { prune } from './tree.ts'

export interface ServerOptions {
  readonly estate: Estate
  readonly gate: Gate
  readonly faults: Faults
  readonly clock: Clock
  readonly system: 'jenkins' | 'hudson'
  readonly routes: readonly Route[]
  /** Told of every request. */
  readonly onRequest: (method: string, path: string) => void
}

interface Message {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
}

/** The bare server: who asks, what goes wrong, which route, and what the controller puts on every answer. */
export function createHttpServer(options: ServerOptions): Server {
  return createServer((request, response) => {
    answerTo(request, response, options).catch(() => request.socket.destroy())
  })
}

async function answerTo(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const body = await text(request)
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const answer = respond({ method: request.method ?? 'GET', url: request.url ?? '/', headers, body }, options)
  if (!answer) return void request.socket.destroy()
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(await answer.text())
}

/** The same without a connection, for tests whose time stands still. */
export function createFetch(options: ServerOptions): typeof fetch {
  return (async (input: string, init: RequestInit = {}) => {
    const { pathname, search } = new URL(input)
    const body = typeof init.body === 'string' ? init.body : ''
    const message = {
      method: init.method ?? 'GET',
      url: `${pathname}${search}`,
      headers: new Headers(init.headers),
      body,
    }
    const answer = respond(message, options)
    if (!answer) throw new TypeError('fetch failed', { cause: new Error('the connection was cut') })
    return answer
  }) as typeof fetch
}

/** Undefined: the connection is cut. */
function respond(message: Message, options: ServerOptions): Response | undefined {
  const { estate, faults, routes, onRequest } = options
  if (estate.down) return undefined
  const { method, headers } = message
  const url = new URL(message.url, 'http://controller')
  const path = url.pathname.replace(/^\//, '')
  onRequest(method, path)
  const fault = faults.take(path)
  if (fault?.status) return toResponse(new Answer(fault.status, fault.body ?? page('Fault'), fault.headers), options)
  const asked = {
    method,
    authorization: headers.get('authorization') ?? undefined,
    crumb: headers.get('jenkins-crumb') ?? headers.get('.crumb') ?? undefined,
    cookie: headers.get('cookie') ?? undefined,
  }
  const request: Request = {
    query: Object.fromEntries(url.searchParams),
    form: Object.fromEntries(new URLSearchParams(message.body)),
    demand: (permission) => options.gate.check(asked, permission),
  }
  const answer = toResponse(handle(routes, method, path, request), options)
  return fault?.lose ? undefined : answer
}

function handle(routes: readonly Route[], method: string, path: string, request: Request): Result {
  try {
    return route(routes, method, path, request)
  } catch (error) {
    if (error instanceof Answer) return error
    throw error
  }
}

function route(routes: readonly Route[], method: string, path: string, request: Request): Result {
  for (const each of routes) {
    const found = each.path.exec(path)
    if (!found) continue
    if (each.method !== method) return new Answer(405, page('Method Not Allowed'))
    const result = each.handle(request, ...found.slice(1))
    return 'json' in result ? { json: prune(result.json, request.query['tree']) } : result
  }
  request.demand('Overall/Read')
  return new Answer(404, page('Not Found'))
}

function toResponse(result: Result, { system, estate, clock }: ServerOptions): Response {
  const versions: Record<string, string> =
    system === 'hudson'
      ? { 'x-hudson': '2.2.1' }
      : { 'x-hudson': '1.395', 'x-jenkins': '2.579', 'x-jenkins-session': estate.session }
  const common = { date: new Date(clock.wall()).toUTCString(), ...versions }
  if (result instanceof Answer) {
    const type: Record<string, string> = result.body === '' ? {} : { 'content-type': 'text/html;charset=utf-8' }
    return new Response(result.body, { status: result.status, headers: { ...common, ...type, ...result.headers } })
  }
  if (!('json' in result)) return new Response(result.text, { headers: { ...common, 'content-type': result.type } })
  const headers = { ...common, 'content-type': 'application/json;charset=utf-8' }
  return new Response(JSON.stringify(result.json), { headers })
}
