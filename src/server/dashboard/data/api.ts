/** An answer that is not what was asked for; its message is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface Api {
  get<T>(path: string, signal?: AbortSignal): Promise<T>
  text(path: string, signal?: AbortSignal): Promise<string>
  /** Rejects with ApiError; a stale guard against forged requests is renewed once. */
  send<T>(method: 'POST' | 'DELETE', path: string, body?: object): Promise<T>
}

export interface ApiDeps {
  readonly fetch: typeof fetch
  /** The guard against forged requests that writes carry; `renew` asks the service for the one in force. */
  readonly guard: (renew: boolean) => Promise<string | undefined>
  /** The session is over. */
  readonly onStranger: () => void
}

const PREFIX = '/api/v1'

export function createApi({ fetch, guard, onStranger }: ApiDeps): Api {
  async function call(path: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(PREFIX + path, init).catch((error: unknown) => {
      if (init.signal?.aborted) throw error
      throw new ApiError(0, 'unreachable', 'the service does not answer')
    })
    if (answer.ok) return answer
    if (answer.status === 401) onStranger()
    throw await errorOf(answer)
  }

  async function write(method: string, path: string, body: object | undefined, renew: boolean): Promise<Response> {
    const csrf = await guard(renew)
    return call(path, {
      method,
      headers: {
        ...(csrf !== undefined && { 'x-slipway-csrf': csrf }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    })
  }

  return {
    async get<T>(path: string, signal?: AbortSignal) {
      return (await (await call(path, { signal })).json()) as T
    },
    async text(path, signal) {
      return (await call(path, { signal })).text()
    },
    async send<T>(method: string, path: string, body?: object) {
      const answer = await write(method, path, body, false).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'csrf') return write(method, path, body, true)
        throw error
      })
      return (answer.status === 204 ? undefined : await answer.json()) as T
    },
  }
}

export async function errorOf(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => undefined)
  const { code = 'error', message = `the service answered ${answer.status}` } = errorIn(body)
  return new ApiError(answer.status, code, message)
}

function errorIn(body: unknown): { readonly code?: string; readonly message?: string } {
  return (body as { error?: { code?: string; message?: string } } | undefined)?.error ?? {}
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
