import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Timers } from '../timers.ts'
import { conditional, problem, Refusal, type Answer } from './answer.ts'
import type { Credentials } from './credentials.ts'
import type { Exchange } from './exchange.ts'
import type { Fault, Faults } from './faults.ts'
import type { Limits } from './limits.ts'
import type { Caller, Operation } from './operation.ts'

export interface MountDependencies {
  readonly credentials: Credentials
  readonly limits: Limits
  readonly faults: Faults
  readonly timers: Timers
  /** Base URL of the API, for `Link` headers. */
  readonly apiUrl: () => string
  readonly clock: Clock
  readonly observe: (exchange: Exchange) => void
}

/** Serves one operation as GitHub would: who asks, whether it may, then what it does. */
export function mountOperation(server: FastifyInstance, operation: Operation, dependencies: MountDependencies): void {
  const { faults, timers, observe, clock } = dependencies

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const fault = faults.take(operation.id)
    if (fault?.delayMs) await timers.pause(fault.delayMs)
    const answer = fault?.status
      ? injected(fault.status, fault)
      : await respond(operation, request, reply, dependencies)
    observe({
      operation: operation.id,
      method: operation.method,
      url: request.url,
      params: request.params as Record<string, string>,
      query: request.query as Record<string, string>,
      requestBody: request.body,
      status: answer.status,
      responseBody: answer.body,
      injected: fault?.status !== undefined,
    })
    if (fault?.lose) {
      request.raw.socket.destroy()
      return reply.hijack()
    }
    return reply
      .code(answer.status)
      .headers({
        'x-github-api-version-selected': '2022-11-28',
        date: new Date(clock.wall()).toUTCString(),
        ...answer.headers,
      })
      .send(answer.body)
  }

  server.route({ method: operation.method, url: operation.path, handler: serve })
}

async function respond(
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  { credentials, limits, apiUrl }: MountDependencies,
): Promise<Answer> {
  try {
    const caller = credentials.authenticate(operation.by, request.headers.authorization)
    limits.spend(caller)
    demandPermission(operation, caller)
    const made = await operation.handle({
      caller,
      params: request.params as Record<string, string>,
      query: request.query as Record<string, string>,
      body: request.body,
      url: `${apiUrl()}${request.url.split('?')[0]}`,
      onAnswered: (run) => void reply.raw.once('finish', run),
    })
    const answer = operation.method === 'GET' ? conditional(made, request.headers['if-none-match']) : made
    if (answer.status === 304) limits.refund(caller)
    return { ...answer, headers: { ...answer.headers, ...limits.headers(caller) } }
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

const levels = ['read', 'write', 'admin']

function demandPermission(operation: Operation, caller: Caller): void {
  if (!operation.permission || caller.kind !== 'installation') return
  const [name = '', level = 'read'] = operation.permission.split(':')
  const granted = caller.installation.permissions[name]
  if (granted !== undefined && levels.indexOf(granted) >= levels.indexOf(level)) return
  throw new Refusal(403, 'Resource not accessible by integration', {
    'x-accepted-github-permissions': `${name}=${level}`,
  })
}

function injected(status: number, fault: Fault): Answer {
  const secondary = fault.headers?.['retry-after'] !== undefined
  const message = secondary
    ? 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
    : 'Injected fault'
  return problem(status, fault.message ?? message, fault.headers)
}
