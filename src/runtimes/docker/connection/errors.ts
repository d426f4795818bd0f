import { ImageUnavailable, NotFound, Refused, SlipwayError, Transient } from '../../../domain/errors.ts'
import { DeadlineExceeded } from '../../../kit/deadline.ts'

/** The status of the engine's answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** What the engine said, without the client's decoration. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const said = /^\(HTTP code \d+\) .*? - (.*)$/s.exec(error.message)?.[1] ?? error.message
  // A connection refused on several addresses is an AggregateError with an empty message.
  const words = said.trim() || ('code' in error ? String(error.code) : error.name)
  return words.replaceAll(/\s+/g, ' ')
}

/** Turns whatever a call of the engine threw into an error of the port. */
export function engineError(error: unknown, what: string, where: string): Error {
  if (error instanceof SlipwayError || error instanceof DeadlineExceeded) return error
  const status = statusOf(error)
  const message = `${what} on ${where}: ${wordsOf(error)}`
  if (status === undefined || status === 408 || status === 429) return new Transient(message, { cause: error })
  if (status === 404) return /no such image|image not known/i.test(message) ? imageUnavailable(message) : gone(message)
  if (status < 500 || cannotRun(message)) return new Refused(message, { cause: error })
  return new Transient(message, { cause: error })
}

function imageUnavailable(message: string): ImageUnavailable {
  return new ImageUnavailable(message)
}

function gone(message: string): NotFound {
  return new NotFound(message)
}

/** Engines answer 500 for faults of the image too; those don't pass. */
function cannotRun(message: string): boolean {
  return /executable file not found|exec format error|stat \/bin\/sh: no such file|invalid reference format/i.test(
    message,
  )
}
