import { createPrivateKey } from 'node:crypto'
import { Probot, ProbotOctokit, type Logger as ProbotLogger } from 'probot'
import type { Logger } from '../../../domain/ports/logger.ts'

/** The slice of Octokit that we use: one request with its answer, and a fresh token. */
export interface Octokit {
  request(route: string, parameters: Record<string, unknown>): Promise<OctokitAnswer>
  auth(options: Record<string, unknown>): Promise<unknown>
}

export interface OctokitAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  readonly data: unknown
}

/** The GitHub App: who we are to GitHub, and the secret that its messages are signed with. */
export interface GithubApp {
  /** Authenticated as the App itself, or as its installation on one account. */
  octokit(installation?: number): Promise<Octokit>
  /** Whether the bytes carry the App's signature (`sha256=…`); compares in constant time. */
  verify(body: string, signature: string): Promise<boolean>
  /** Why the private key can't be used; undefined when it can. */
  readonly keyProblem: string | undefined
}

export interface GithubAppOptions {
  readonly appId: number
  readonly privateKey: string
  readonly webhookSecret: string
  readonly baseUrl: string
  readonly logger: Logger
  readonly fetch?: typeof fetch
}

export function createGithubApp(options: GithubAppOptions): GithubApp {
  const privateKey = options.privateKey.replaceAll('\\n', '\n')
  const probot = new Probot({
    appId: options.appId,
    privateKey,
    secret: options.webhookSecret,
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    Octokit: PlainOctokit,
    log: toProbotLogger(options.logger),
    ...(options.fetch && { request: { fetch: options.fetch } }),
  })
  const ready = probot.ready()
  // A key that can't be read is reported by every call; nobody may be awaiting this yet.
  ready.catch(() => undefined)
  return {
    keyProblem: findKeyProblem(privateKey),
    octokit: async (installation) => {
      await ready
      return installation === undefined ? probot.auth() : probot.auth(installation)
    },
    verify: async (body, signature) => {
      await ready
      return probot.webhooks.verify(body, signature)
    },
  }
}

/**
 * Probot's Octokit without its throttling and retries: the first allows one write a second and sleeps through a limit,
 * up to an hour inside one call, the second repeats what may have been done. Our callers back off themselves.
 *
 * Probot also hands the authentication a client of its own that knows nothing of `baseUrl`; without it Octokit's own
 * is used, so that no token is ever asked of another server.
 */
const PlainOctokit = ProbotOctokit.defaults((options: ClientOptions) => {
  const { request: _foreign, ...auth } = options.auth ?? {}
  return {
    ...options,
    auth,
    request: { ...options.request, log: options.log },
    throttle: { enabled: false },
    retry: { enabled: false },
  }
})

interface ClientOptions {
  readonly auth?: Readonly<Record<string, unknown>>
  readonly request?: object
  readonly log?: unknown
}

function findKeyProblem(privateKey: string): string | undefined {
  try {
    const key = createPrivateKey(privateKey)
    return key.asymmetricKeyType === 'rsa' ? undefined : `privateKey is ${key.asymmetricKeyType}, GitHub's are RSA`
  } catch {
    // The reader's own words may quote the key.
    return 'privateKey is not a private key in PEM form'
  }
}

function line(write: (fields: object, message: string) => void): (first: unknown, second?: unknown) => void {
  return (first, second) => {
    if (typeof first === 'string') return write({}, first)
    if (first instanceof Error) return write({ error: first.message }, 'GitHub client')
    write({}, typeof second === 'string' ? second : 'GitHub client')
  }
}

/** Octokit logs bare sentences, Probot logs fields and a sentence. Request bodies stay out of the log. */
function toProbotLogger(logger: Logger): ProbotLogger {
  const adapted = {
    trace: () => undefined,
    debug: line((fields, message) => logger.debug(fields, message)),
    info: line((fields, message) => logger.debug(fields, message)),
    warn: line((fields, message) => logger.debug(fields, message)),
    error: line((fields, message) => logger.warn(fields, message)),
    fatal: line((fields, message) => logger.error(fields, message)),
    child: () => adapted,
  }
  return adapted as unknown as ProbotLogger
}
