import { createHash, timingSafeEqual } from 'node:crypto'
import { BadSignature } from '../../domain/errors.ts'
import type { Pushed, SourceRoute } from '../../domain/ports/source.ts'

export interface HookOptions {
  /** `/hooks/jenkins/NAME`. */
  readonly path: string
  /** Without one there is no hook. */
  readonly secret?: string
  readonly nudge: () => void
}

/** What these plug-ins send is small; the text of a log is nothing that we need. */
const BODY_LIMIT = 1024 * 1024
const HEADERS = ['x-slipway-secret', 'authorization']

/**
 * A word that something is new over there, from whatever plug-in can send one (notification, generic event, statistics
 * gatherer). What it says is not needed: the queue is simply read sooner. The secret stands in a header, or in the path
 * for plug-ins that can set none.
 */
export function createHooks({ path, secret, nudge }: HookOptions): SourceRoute[] {
  if (secret === undefined) return []
  const take = async (body: Buffer): Promise<Pushed> => {
    const usable = isObject(body)
    if (usable) nudge()
    return { delivery: digest(body).toString('hex').slice(0, 32), jobs: [], ignored: usable ? 'nudge' : 'unusable' }
  }
  const route = { method: 'POST', bodyLimit: BODY_LIMIT } as const
  return [
    {
      ...route,
      path,
      handle: async (body, headers) => {
        if (HEADERS.some((name) => isSecret(headers[name], secret))) return take(body)
        throw new BadSignature('the message does not carry the secret of the hook')
      },
    },
    { ...route, path: `${path}/${secret}`, handle: take },
  ]
}

function isSecret(value: string | undefined, secret: string): boolean {
  return value !== undefined && timingSafeEqual(digest(value.replace(/^Bearer /i, '')), digest(secret))
}

function digest(value: string | Buffer): Buffer {
  return createHash('sha256').update(value).digest()
}

function isObject(body: Buffer): boolean {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null
  } catch {
    return false
  }
}
