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

/** The bare server: who asks, what goes wrong, which route, and what the controller puts on every answer. */
export function createHttpServer(options: ServerOptions): Server {
  return createServer((request, response) => {
    answer(request, options).then(
      ({ result, lose }) => (lose ? request.socket.destroy() : send(response, result, request, options)),
      (error: unknown) => send(response, new Answer(500, page(String(error))), request, options),
    )
  })
}

async function answer(
  message: IncomingMessage,
  options: ServerOptions,
): Promise<{ readonly result: Result; readonly lose: boolean }> {
  const { estate, faults, routes, onRequest } = options
  if (estate.down) return { result: new Answer(503), lose: true }
  const method = message.method ?? 'GET'
  const url = new URL(message.url ?? '/', 'http://controller')
  const path = url.pathname.replace(/^\//, '')
  const body = method === 'POST' ? await text(message) : ''
  onRequest(method, path)
  const fault = faults.take(path)
  if (fault?.status)
    return { result: new Answer(fault.status, fault.body ?? page('Fault'), fault.headers), lose: false }
  const request: Request = {
    query: Object.fromEntries(url.searchParams),
    form: Object.fromEntries(new URLSearchParams(body)),
    demand: (permission) => options.gate.check(askedBy(message, method), permission),
  }
  try {
    return { result: route(routes, method, path, request), lose: fault?.lose === true }
  } catch (error) {
    if (error instanceof Answer) return { result: error, lose: fault?.lose === true }
    throw error
  }
}

function askedBy({ headers }: IncomingMessage, method: string) {
  const crumb = headers['jenkins-crumb'] ?? headers['.crumb']
  return { method, authorization: headers.authorization, crumb: crumb?.toString(), cookie: headers.cookie }
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

function send(response: ServerResponse, result: Result, request: IncomingMessage, options: ServerOptions): void {
  const { system, estate, clock } = options
  const versions =
    system === 'hudson'
      ? { 'x-hudson': '2.2.1' }
      : { 'x-hudson': '1.395', 'x-jenkins': '2.426.2', 'x-jenkins-session': estate.session }
  const common = { date: new Date(clock.wall()).toUTCString(), ...versions }
  if (result instanceof Answer) {
    const type = result.body === '' ? {} : { 'content-type': 'text/html;charset=utf-8' }
    response.writeHead(result.status, { ...common, ...type, ...result.headers }).end(result.body)
  } else if ('json' in result) {
    response.writeHead(200, { ...common, 'content-type': 'application/json;charset=utf-8' })
    response.end(JSON.stringify(result.json))
  } else {
    response.writeHead(200, { ...common, 'content-type': result.type }).end(result.text)
  }
  // A body that nobody read must not hold up the connection.
  request.resume()
}
