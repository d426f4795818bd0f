import { z } from 'zod'
import { Transient } from '../../../domain/errors.ts'
import type { Clock } from '../../../domain/ports/clock.ts'
import { withDeadline } from '../../../kit/deadline.ts'
import { createCrumbs, type Crumb } from './crumbs.ts'
import { refusal, sentence, unanswered, type About } from './failure.ts'
import type { Permission } from './permissions.ts'

/** One request. `path` is below the controller's address, without a slash before it. */
export interface Request {
  readonly path: string
  /** What is asked for, in words that follow "can't": `read the queue`. */
  readonly what: string
  readonly needs: Permission
}

/** Speaks with one controller. Every call has a deadline and rejects with the errors of the domain; retries nothing. */
export interface Controller {
  readonly url: string
  /** `Jenkins` or `Hudson`, for messages. */
  readonly system: string
  json<T>(request: Request, schema: z.ZodType<T>): Promise<Answer<T>>
  text(request: Request): Promise<string>
  /** Sends a form and takes any answer below 400 for a yes. */
  post(request: Request, form?: Readonly<Record<string, string>>): Promise<void>
}

export interface Answer<T> {
  readonly value: T
  /** The controller's own time; undefined when it does not tell. */
  readonly date?: number
  /** Another one after every start of the controller; undefined when it does not tell. */
  readonly session?: string
}

export interface ControllerOptions {
  readonly url: string
  readonly system: string
  readonly user: string
  readonly secret: string
  /** A password needs crumbs for what changes anything; an API token does not. */
  readonly crumbs: boolean
  readonly clock: Clock
  readonly fetch: typeof fetch
}

interface Sent {
  readonly method: 'GET' | 'POST'
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const DEADLINE_MS = 15_000

export function createController(options: ControllerOptions): Controller {
  const { url, system } = options
  const send = createSend(options)
  const crumbs = createCrumbs(async () => {
    const request = { path: 'crumbIssuer/api/json', what: 'get a crumb', needs: 'Overall/Read' } as const
    const response = await send(request, { method: 'GET' })
    const page = await response.text()
    // Without protection against forgery there is no issuer.
    if (response.status === 404) return undefined
    if (response.status !== 200) throw refusal(response, page, { system, ...request })
    return { page, cookies: response.headers.getSetCookie() }
  })

  async function get(request: Request): Promise<Response> {
    const response = await send(request, { method: 'GET' })
    if (response.status === 200) return response
    throw refusal(response, await response.text(), { system, ...request })
  }

  function submit(request: Request, form: Readonly<Record<string, string>>, crumb?: Crumb): Promise<Response> {
    const body = new URLSearchParams(form).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...crumb?.headers }
    return send(request, { method: 'POST', body, headers })
  }

  return {
    url,
    system,
    text: async (request) => (await get(request)).text(),

    async json(request, schema) {
      const response = await get(request)
      const parsed = schema.safeParse(parseJson(await response.text()))
      const date = Date.parse(response.headers.get('date') ?? '')
      const session = response.headers.get('x-jenkins-session') ?? undefined
      if (parsed.success) return { value: parsed.data, session, ...(Number.isFinite(date) && { date }) }
      const why = `the answer was not understood: ${z.prettifyError(parsed.error)}`
      throw new Transient(sentence({ system, ...request }, why))
    },

    async post(request, form = {}) {
      let response = await submit(request, form, options.crumbs ? await crumbs.current() : undefined)
      let page = response.status < 400 ? '' : await response.text()
      // The session of the crumb has ended, for instance with a restart of the controller.
      if (options.crumbs && response.status === 403 && /crumb/i.test(page)) {
        response = await submit(request, form, await crumbs.renew())
        page = response.status < 400 ? '' : await response.text()
      }
      const toLogin = /login|securityRealm/i.test(response.headers.get('location') ?? '')
      if (response.status >= 400 || toLogin) throw refusal(response, page, { system, ...request })
    },
  }
}

/** Rejects where no answer comes within the deadline; any answer is one. */
function createSend({ url, system, user, secret, clock, fetch }: ControllerOptions) {
  const authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`

  return function send(request: Request, init: Sent): Promise<Response> {
    const about: About = { system, what: request.what, needs: request.needs }
    return withDeadline(clock, DEADLINE_MS, request.what, async (signal) => {
      const response = await fetch(`${url}${request.path}`, {
        ...init,
        redirect: 'manual',
        signal,
        // English, so that the words of the queue can be read.
        headers: { authorization, 'accept-language': 'en', ...init.headers },
      })
      // The whole body, within the deadline: a proxy can stop in its middle.
      const body = await response.arrayBuffer()
      const empty = [204, 304].includes(response.status)
      return new Response(empty ? null : body, { status: response.status, headers: response.headers })
    }).catch((error: unknown) => {
      throw unanswered(error, about)
    })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
