import { NotFound, Refused, SlipwayError, Throttled, Transient, Unauthorized } from '../../domain/errors.ts'
import { DeadlineExceeded } from '../../kit/deadline.ts'

const THROTTLED_MS = 10_000

/** What an answer of the storage service, or its absence, says. */
export interface Fault {
  readonly status?: number
  /** `ContainerNotFound`, `AuthorizationPermissionMismatch`, `ServerBusy`, … */
  readonly code: string
  readonly message: string
  readonly retryAfterMs?: number
}

interface Rule {
  /** The first rule that applies decides. */
  applies(fault: Fault): boolean
  make(words: string, fault: Fault, where: Where): SlipwayError
}

export interface Where {
  /** Address of the container. */
  readonly container: string
  /** How access is had, in words: what to mend. */
  readonly access: string
}

const rules: readonly Rule[] = [
  {
    applies: ({ status, code }) => status === 429 || status === 503 || code === 'ServerBusy',
    make: (words, { retryAfterMs }) => new Throttled(words, retryAfterMs ?? THROTTLED_MS),
  },
  // The identity itself could not be had: no answer of the storage service at all.
  {
    applies: ({ code }) => code === 'no-identity',
    make: (words, _fault, { access }) => new Unauthorized(`${words}; ${access}`),
  },
  {
    applies: ({ status }) => status === 401 || status === 403,
    make: (words, _fault, { access }) => new Unauthorized(`${words}; ${access}`),
  },
  {
    applies: ({ code }) => code === 'ContainerNotFound',
    make: (words, _fault, { container }) => new NotFound(`${words}; make the container ${container}`),
  },
  { applies: ({ status }) => status === 404, make: (words) => new NotFound(words) },
  { applies: ({ status = 0 }) => status === 400 || status === 413, make: (words) => new Refused(words) },
]

/** Turns what a call threw into an error of the port. None carries the request: its address may hold a signature. */
export function blobError(error: unknown, what: string, where: Where): Error {
  if (error instanceof SlipwayError) return error
  if (error instanceof DeadlineExceeded) return new Transient(`${what}: ${where.container} does not answer`)
  const fault = faultOf(error)
  const words = `${what} in ${where.container}: ${fault.message}${fault.code ? ` (${fault.code})` : ''}`
  return rules.find((rule) => rule.applies(fault))?.make(words, fault, where) ?? new Transient(words)
}

export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
  const message = firstLine(error.message) || error.name
  if (status === undefined && IDENTITY.has(error.name)) return { code: 'no-identity', message }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { status, code: codeIn(error) ?? code, message, retryAfterMs: retryAfterOf(error) }
}

const IDENTITY = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
])

/** A HEAD has no body to tell it: then it stands in a header. */
function codeIn(error: Error): string | undefined {
  const details: unknown = Reflect.get(error, 'details')
  const code: unknown = typeof details === 'object' && details !== null ? Reflect.get(details, 'errorCode') : undefined
  return typeof code === 'string' ? code : undefined
}

function retryAfterOf(error: Error): number | undefined {
  const headers = (error as { response?: { headers?: { get(name: string): string | undefined } } }).response?.headers
  const seconds = Number(headers?.get('retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}

/** The service adds ids and times in lines of their own. A signature in an address is none of anybody's business. */
function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').trim().replaceAll(/([?&]sig=)[^&\s]+/g, '$1…')
}
