import { CliError, EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import type { Target } from './target.ts'

export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  /** JSON unless given. */
  readonly answer?: 'text/csv' | 'text/plain'
  /** 30 s unless given. */
  readonly timeoutMs?: number
}

export type Send = (request: Request) => Promise<unknown>

const TIMEOUT_MS = 30_000

/** One request, its JSON answer, and every failure as a CliError that says what to do. */
export function createSend(target: Target, clock: Io['clock']): Send {
  return async (request) => {
    const url = `${target.url}${request.path}${queryText(request.query)}`
    const controller = new AbortController()
    const timeoutMs = request.timeoutMs ?? TIMEOUT_MS
    const cancel = clock.timer(timeoutMs, () => controller.abort(new Error(`no answer within ${timeoutMs / 1000} s`)))
    try {
      const response = await fetch(url, {
        method: request.method,
        headers: headersOf(target, request),
        body: request.body === undefined ? undefined : JSON.stringify(request.body),
        signal: controller.signal,
        // A redirect could carry the token elsewhere.
        redirect: 'error',
      })
      if (request.answer && isOf(request.answer, response)) return await response.text()
      return await answerOf(response, target)
    } catch (error) {
      throw error instanceof CliError ? error : unreachable(target, error)
    } finally {
      cancel()
    }
  }
}

function headersOf(target: Target, request: Request): Record<string, string> {
  return {
    accept: request.answer ? `${request.answer}, application/json` : 'application/json',
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
    ...(target.token !== undefined && { authorization: `Bearer ${target.token}` }),
  }
}

function queryText(query: Request['query'] = {}): string {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, String(value))
  const text = parameters.toString()
  return text && `?${text}`
}

/** What else answers there is no service of ours. */
function isOf(type: string, response: Response): boolean {
  return response.ok && (response.headers.get('content-type') ?? '').startsWith(type)
}

async function answerOf(response: Response, target: Target): Promise<unknown> {
  const text = await response.text()
  if (response.status === 204) return undefined
  const body = parsed(text)
  if (body === undefined) throw foreign(target, response.status)
  if (response.ok) return body
  const { code, message, problems } = errorOf(body)
  if (message === undefined) throw foreign(target, response.status)
  if (response.status === 401) throw unauthorized(target, message)
  if (response.status === 403) throw forbidden(target, message)
  const exitCode = response.status === 404 ? EXIT.notFound : EXIT.failure
  throw new CliError(exitCode, code ?? `http_${response.status}`, message, { problems })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function errorOf(body: unknown): { code?: string; message?: string; problems: string[] } {
  const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined
  if (typeof error !== 'object' || error === null) return { problems: [] }
  const { code, message, problems } = error as Record<string, unknown>
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : undefined,
    problems: Array.isArray(problems) ? problems.map(String) : [],
  }
}

function unreachable(target: Target, error: unknown): CliError {
  const message = [
    `Slipway can't be reached at ${target.url}: ${reasonOf(error)}.`,
    'Start it with `slipway serve`, or name another address with --url or SLIPWAY_URL.',
  ].join('\n')
  return new CliError(EXIT.unreachable, 'unreachable', message)
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
}

function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
  const code = typeof cause === 'object' && cause !== null ? String(Reflect.get(cause, 'code')) : ''
  return REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause))
}

function foreign(target: Target, status: number): CliError {
  const message = [
    `What answers at ${target.url} (status ${status}) is not Slipway's admin listener.`,
    'Look at `server.admin.listen` in its configuration, and name the address with --url or SLIPWAY_URL.',
  ].join('\n')
  return new CliError(EXIT.unreachable, 'not_slipway', message)
}

const MAKE_ONE =
  'Make one with `slipway token create NAME --roles read` on the host that runs Slipway, and pass it in SLIPWAY_TOKEN.'

function unauthorized(target: Target, message: string): CliError {
  const used =
    target.token === undefined
      ? `this needs a token, and there is ${target.tokenOrigin}`
      : `${target.tokenOrigin} is not accepted`
  return new CliError(EXIT.unauthorized, 'unauthorized', `${used} (${message}).\n${MAKE_ONE}`)
}

function forbidden(target: Target, message: string): CliError {
  return new CliError(EXIT.unauthorized, 'forbidden', `${target.tokenOrigin} may not do this: ${message}.\n${MAKE_ONE}`)
}
