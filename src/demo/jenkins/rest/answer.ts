/** Thrown by a handler: the request is answered so. */
export class Answer extends Error {
  override readonly name = 'Answer'
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, body = '', headers: Readonly<Record<string, string>> = {}) {
    super(`${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** What goes wrong with the next requests. */
export interface Fault {
  /** Only of requests whose path has this in it. */
  readonly path?: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Default 1. */
  readonly times?: number
  /** Do what was asked, then cut the connection. */
  readonly lose?: boolean
}

export interface Faults {
  inject(fault: Fault): void
  take(path: string): Fault | undefined
}

export function createFaults(): Faults {
  const pending: { readonly fault: Fault; left: number }[] = []
  return {
    inject: (fault) => void pending.push({ fault, left: fault.times ?? 1 }),
    take(path) {
      const found = pending.find(({ fault, left }) => left > 0 && path.includes(fault.path ?? ''))
      if (found) found.left -= 1
      return found?.fault
    },
  }
}
