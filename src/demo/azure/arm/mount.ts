import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../../domain/ports/clock.ts'
import { problem, Refusal, type Answer } from './answer.ts'
import { demandApiVersion } from './api-version.ts'
import type { Credentials } from './credentials.ts'
import type { Exchange } from './exchange.ts'
import type { Asked, Fault, Faults } from './faults.ts'
import type { Limits } from './limits.ts'
import type { Call, Need, Operation } from './operation.ts'

export interface MountDependencies {
  readonly credentials: Credentials
  readonly limits: Limits
  readonly faults: Faults
  readonly clock: Clock
  readonly url: () => string
  readonly observe: (exchange: Exchange) => void
}

/** Serves one operation as Azure would: who asks, whether it may, then what it does. */
export function mountOperation(server: FastifyInstance, operation: Operation, dependencies: MountDependencies): void {
  const { faults, observe, clock, url } = dependencies

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const call = readCall(request, url())
    const fault = faults.take(askedBy(operation, call))
    const needs = needsOf(operation, call)
    const answer = await answerTo(operation, call, needs, fault, dependencies)
    observe({
      operation: operation.id,
      method: operation.method,
      url: request.url,
      query: call.query,
      requestBody: call.body,
      status: answer.status,
      responseBody: answer.body,
      actions: needs.map(({ action }) => action),
      injected: fault?.status !== undefined,
    })
    if (fault?.silent) return reply.hijack()
    if (fault?.lose) return cut(reply)
    return reply
      .code(answer.status)
      .headers({ 'x-ms-request-id': request.id, date: new Date(clock.wall()).toUTCString(), ...answer.headers })
      .send(answer.body)
  }

  server.route({ method: operation.method, url: operation.path, handler: serve })
}

async function answerTo(
  operation: Operation,
  call: Call,
  needs: readonly Need[],
  fault: Fault | undefined,
  dependencies: MountDependencies,
): Promise<Answer> {
  if (fault?.silent) return { status: 0 }
  if (fault?.status === undefined) return respond(operation, { ...call, ...(fault && { fault }) }, needs, dependencies)
  return problem(fault.status, fault.error ?? { code: 'Injected', message: 'Injected fault' }, fault.headers)
}

async function respond(
  operation: Operation,
  call: Call,
  needs: readonly Need[],
  { credentials, limits }: MountDependencies,
): Promise<Answer> {
  try {
    if (operation.action === undefined) return await operation.handle(call)
    credentials.authenticate(call.headers['authorization'])
    demandApiVersion(call)
    const headers = limits.spend(operation.method)
    credentials.authorize(needs)
    const answer = await operation.handle(call)
    return { ...answer, headers: { ...headers, ...answer.headers } }
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

function readCall(request: FastifyRequest, url: string): Call {
  const query = Object.fromEntries(
    // `$skiptoken` and `$skipToken` are the same to ARM.
    Object.entries(request.query as Record<string, string>).map(([name, value]) => [
      name.toLowerCase() === '$skiptoken' ? '$skiptoken' : name,
      value,
    ]),
  )
  return {
    params: request.params as Record<string, string>,
    query,
    headers: request.headers as Record<string, string | undefined>,
    body: request.body,
    url: `${url}${request.url}`,
  }
}

function needsOf(operation: Operation, call: Call): readonly Need[] {
  if (operation.action === undefined) return []
  const scope = operation.scope?.(call) ?? decodeURIComponent(new URL(call.url).pathname)
  return [{ action: operation.action, scope }, ...(operation.needs?.(call) ?? [])]
}

function askedBy(operation: Operation, { params, body }: Call): Asked {
  const { zones, properties = {} } = (body ?? {}) as {
    zones?: readonly string[]
    properties?: { priority?: string; hardwareProfile?: { vmSize?: string } }
  }
  return {
    operation: operation.id,
    name: params['name'],
    size: properties.hardwareProfile?.vmSize,
    zone: zones?.[0],
    spot: properties.priority === 'Spot',
  }
}

function cut(reply: FastifyReply): FastifyReply {
  reply.raw.socket?.destroy()
  return reply.hijack()
}
