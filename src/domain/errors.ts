/** Errors are named for what the caller does next. `message` says what, where and how to mend it. */
export class SlipwayError extends Error {
  override readonly name: string = 'SlipwayError'
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
  }
}

/** Passing fault: try again after a backoff. */
export class Transient extends SlipwayError {
  override readonly name = 'Transient'
}

/** Try again, not before `retryAfterMs`. */
export class Throttled extends SlipwayError {
  override readonly name = 'Throttled'
  readonly retryAfterMs: number
  constructor(message: string, retryAfterMs: number, options?: { cause?: unknown }) {
    super(message, options)
    this.retryAfterMs = retryAfterMs
  }
}

/** Credentials or permissions lack; nothing helps until a person mends them. The message names the missing one. */
export class Unauthorized extends SlipwayError {
  override readonly name = 'Unauthorized'
}

/** The thing is not there: the caller's record of it is out of date. */
export class NotFound extends SlipwayError {
  override readonly name = 'NotFound'
}

/** The name is in use out there: remove what holds it, then try under a new name. */
export class NameTaken extends SlipwayError {
  override readonly name = 'NameTaken'
}

/** The request itself is wrong; the same one will always be refused. */
export class Refused extends SlipwayError {
  override readonly name = 'Refused'
}

/** No room for a machine here now: another size, zone or fleet. */
export class InsufficientCapacity extends SlipwayError {
  override readonly name = 'InsufficientCapacity'
}

/** A quota that people must raise: another fleet meanwhile. */
export class QuotaExceeded extends SlipwayError {
  override readonly name = 'QuotaExceeded'
}

/** The image is not there and can't be had. */
export class ImageUnavailable extends SlipwayError {
  override readonly name = 'ImageUnavailable'
}

/** A pushed message fails its signature. */
export class BadSignature extends SlipwayError {
  override readonly name = 'BadSignature'
}

/** A pushed message or an API call can't be understood; `problems` are shown to the sender. */
export class BadInput extends SlipwayError {
  override readonly name = 'BadInput'
  readonly problems: readonly string[]
  constructor(message: string, problems: readonly string[] = []) {
    super(message)
    this.problems = problems
  }
}

/** Somebody changed the record first: read it again and decide anew. */
export class Conflict extends SlipwayError {
  override readonly name = 'Conflict'
}

/** The store takes nothing now (full disk, read-only file): nothing of the batch was kept. */
export class StoreUnavailable extends SlipwayError {
  override readonly name = 'StoreUnavailable'
}

/** The store can't be opened at all, and why: another process holds it, a newer schema, a damaged file. */
export class StoreUnusable extends SlipwayError {
  override readonly name = 'StoreUnusable'
}
