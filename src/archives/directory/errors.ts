import { NotFound, Refused, SlipwayError, Transient, Unauthorized } from '../../domain/errors.ts'
import { DeadlineExceeded } from '../../kit/deadline.ts'

/** What a file system's code asks of the caller; any other may pass by itself: full, out of reach, too many open files. */
const kinds: Readonly<Record<string, 'denied' | 'missing' | 'never'>> = {
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EISDIR: 'missing',
  ELOOP: 'missing',
  ENAMETOOLONG: 'never',
}

/** Turns what a call of the file system threw into an error of the port. */
export function fileError(error: unknown, what: string, root: string): Error {
  if (error instanceof DeadlineExceeded) return new Transient(`${what}: ${root} does not answer`, { cause: error })
  if (error instanceof SlipwayError) return error
  const code = codeOf(error)
  const message = `${what}: ${error instanceof Error ? error.message : String(error)}`
  switch (kinds[code ?? '']) {
    case 'denied':
      return new Unauthorized(`${message}; Slipway’s user must be allowed to write below ${root}`, { cause: error })
    case 'missing':
      return new NotFound(message, { cause: error })
    case 'never':
      return new Refused(message, { cause: error })
    default:
      return new Transient(message, { cause: error })
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
