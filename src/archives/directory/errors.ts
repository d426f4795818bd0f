import { NotFound, Refused, SlipwayError, Transient, Unauthorized } from '../../domain/errors.ts'
import { DeadlineExceeded } from '../../kit/deadline.ts'

const denied = new Set(['EACCES', 'EPERM', 'EROFS'])
const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'])

/** Turns what a call of the file system threw into an error of the port. */
export function fileError(error: unknown, what: string, root: string): Error {
  if (error instanceof DeadlineExceeded) return new Transient(`${what}: ${root} does not answer`, { cause: error })
  if (error instanceof SlipwayError) return error
  const code = codeOf(error) ?? ''
  const message = `${what}: ${error instanceof Error ? error.message : String(error)}`
  const cause = { cause: error }
  if (denied.has(code))
    return new Unauthorized(`${message}; Slipway’s user must be allowed to write below ${root}`, cause)
  if (missing.has(code)) return new NotFound(message, cause)
  if (code === 'ENAMETOOLONG') return new Refused(message, cause)
  // Full, out of reach, too many open files: it may pass by itself.
  return new Transient(message, cause)
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
