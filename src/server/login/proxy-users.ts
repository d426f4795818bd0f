import { BlockList, isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { matchesAnyExactly } from '../../domain/jobs/pattern.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { Role } from '../../domain/token.ts'

export interface ProxyAuth {
  /** Small letters. */
  readonly header: string
  /** Addresses and networks of the proxies that are believed. */
  readonly trusted: readonly string[]
  /** Users, with `*`: who may do everything, who may look, and who of these may read the output of jobs. */
  readonly admins: readonly string[]
  readonly readers: readonly string[]
  readonly logs: readonly string[]
}

/** What the header of a proxy says: nothing, a user and what they may do, or that it came from somebody else. */
export type ProxyWord = undefined | { readonly user: string; readonly roles: readonly Role[] } | 'untrusted'

/** Senders who were told of in the log; each once. */
const mostTold = 1000

/** By the address of the peer alone, never by what a header says of it. */
export function createProxyUsers(auth: ProxyAuth, logger: Logger): (request: FastifyRequest) => ProxyWord {
  const trusted = networks(auth.trusted)
  const told = new Set<string>()
  return (request) => {
    const user = request.headers[auth.header]
    if (user === undefined) return undefined
    const peer = request.socket.remoteAddress ?? ''
    if (!has(trusted, peer)) {
      if (!told.has(peer) && told.size < mostTold) {
        told.add(peer)
        logger.warn({ header: auth.header, peer }, 'a user header from no trusted proxy is ignored')
      }
      return 'untrusted'
    }
    // Repeated headers come joined by a comma: then nobody knows which one the proxy set.
    if (typeof user !== 'string' || !/^[!-+\--~]{1,128}$/.test(user)) return undefined
    return { user, roles: rolesOf(auth, user) }
  }
}

function rolesOf({ admins, readers, logs }: ProxyAuth, user: string): Role[] {
  if (matchesAnyExactly(admins, user)) return ['admin']
  if (!matchesAnyExactly(readers, user)) return []
  return matchesAnyExactly(logs, user) ? ['read', 'logs'] : ['read']
}

function networks(written: readonly string[]): BlockList {
  const list = new BlockList()
  for (const each of written) {
    const [address = '', bits] = each.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

function has(list: BlockList, peer: string): boolean {
  const address = peer.replace(/^::ffff:(?=\d+\.)/i, '')
  return address !== '' && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
