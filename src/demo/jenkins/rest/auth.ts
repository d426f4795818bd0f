import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Permission } from '../options.ts'
import { Answer } from './answer.ts'

/** Who asks, and what they may. */
export interface Gate {
  readonly user: string
  readonly token: string
  readonly password: string
  /** Changes at any time. */
  readonly permissions: Set<Permission>
  /** Throws the answer that the controller gives instead. */
  check(request: Asked, permission: Permission): void
  /** A crumb and the session that it belongs to. */
  issue(): { readonly crumb: string; readonly cookie: string }
  /** Sessions end: crumbs of before are worth nothing. */
  forget(): void
}

export interface Asked {
  readonly method: string
  readonly authorization?: string
  readonly crumb?: string
  readonly cookie?: string
}

const IDS: Readonly<Record<Permission, string>> = {
  'Overall/Read': 'hudson.model.Hudson.Read',
  'Overall/Administer': 'hudson.model.Hudson.Administer',
  'Job/Read': 'hudson.model.Item.Read',
  'Agent/Create': 'hudson.model.Computer.Create',
  'Agent/Connect': 'hudson.model.Computer.Connect',
  'Agent/Configure': 'hudson.model.Computer.Configure',
  'Agent/Delete': 'hudson.model.Computer.Delete',
  'Agent/Disconnect': 'hudson.model.Computer.Disconnect',
}

/** Who may disconnect may connect. */
const IMPLIED_BY: Readonly<Partial<Record<Permission, Permission>>> = { 'Agent/Connect': 'Agent/Disconnect' }

export function createGate(granted: readonly Permission[], tokens: boolean): Gate {
  const [user, token, password] = ['slipway', randomBytes(16).toString('hex'), randomBytes(12).toString('hex')]
  const permissions = new Set(granted)
  let session = randomBytes(8).toString('hex')
  const crumbOf = (): string => `crumb-${session}`

  function check(request: Asked, permission: Permission): void {
    if (request.authorization === undefined) throw new Answer(403, page('Authentication required'))
    const [name = '', secret = ''] = Buffer.from(request.authorization.replace(/^Basic /, ''), 'base64')
      .toString()
      .split(/:(.*)/s)
    const byToken = tokens && same(secret, token)
    if (name !== user || (!byToken && !same(secret, password))) throw new Answer(401, page('Invalid password/token'))
    const crumbed = request.crumb === crumbOf() && request.cookie?.includes(session) === true
    if (request.method === 'POST' && !byToken && !crumbed)
      throw new Answer(403, page('No valid crumb was included in the request'))
    if (!permissions.has(permission) && !permissions.has(IMPLIED_BY[permission] ?? permission))
      throw new Answer(403, page(`${user} is missing the ${permission} permission`), {
        'x-you-are-authenticated-as': user,
        'x-required-permission': IDS[permission],
      })
  }

  return {
    user,
    token,
    password,
    permissions,
    check,
    issue: () => ({ crumb: crumbOf(), cookie: `JSESSIONID.stand-in=${session}; Path=/; HttpOnly` }),
    forget: () => void (session = randomBytes(8).toString('hex')),
  }
}

function same(given: string, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted))
}

/** Refusals are pages, not JSON. */
export function page(words: string): string {
  return `<!DOCTYPE html><html><head><title>Jenkins</title><style>p{margin:0}</style></head><body><h1>Error</h1><p>${words}</p></body></html>`
}
