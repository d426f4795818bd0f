import {
  InsufficientCapacity,
  NotFound,
  Refused,
  SlipwayError,
  Transient,
  Unauthorized,
} from '../../../domain/errors.ts'

/** The status of the engine's answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** What the engine said, without the client's decoration. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const said = /^\(HTTP code \d+\) .*? - (.*)$/s.exec(error.message)?.[1] ?? error.message
  const words = said.trim() || ('code' in error ? String(error.code) : error.name)
  return words.replaceAll(/\s+/g, ' ')
}

/** Turns whatever a call of the engine threw into an error of the port. */
export function engineError(error: unknown, what: string): SlipwayError {
  if (error instanceof SlipwayError) return error
  const status = statusOf(error)
  const words = wordsOf(error)
  const message = `${what}: ${words}`
  const options = { cause: error }
  if (/EACCES|permission denied.*docker\.sock/i.test(words)) {
    return new Unauthorized(`${message}; let the user of Slipway use the engine's socket`, options)
  }
  if (/no space left|cannot allocate memory|address pools have been fully subnetted/i.test(words)) {
    return new InsufficientCapacity(message, options)
  }
  if (status === 404) return new NotFound(message, options)
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return new Refused(message, options)
  }
  return new Transient(message, options)
}
