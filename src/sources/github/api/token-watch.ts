import { Transient, Unauthorized } from '../../../domain/errors.ts'
import type { HttpFailure } from './errors.ts'

/** Notices when it is the installation's token that fails a call, and not what was asked for. */
export interface TokenWatch {
  /** The token that we hold was refused: fetch another. */
  refused(): boolean
  accepted(): void
  /** Throws if the failure is the token's. */
  check(failure: HttpFailure, what: string): void
}

/**
 * A 404 of the token's own request must not be taken for one of what was asked for. Tokens are kept for an hour and may
 * be revoked before: only a fresh one that is refused too needs a person.
 */
export function createTokenWatch(options: {
  readonly installation?: number
  readonly onGone?: () => void
}): TokenWatch {
  let refused = false
  return {
    refused: () => refused,
    accepted: () => void (refused = false),
    check: (failure, what) => {
      if (options.installation === undefined) return
      const itsOwn = /\/app\/installations\/\d+\/access_tokens$/.test(failure.url)
      if (itsOwn && failure.status === 404) {
        options.onGone?.()
        throw new Unauthorized(`GitHub: can't ${what}: the App is no longer installed there`)
      }
      if (itsOwn || failure.status !== 401 || refused) return
      refused = true
      throw new Transient(`GitHub: can't ${what}: the token was refused; the next call fetches a new one`)
    },
  }
}
