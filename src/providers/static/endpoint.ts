import type { Endpoint } from '../../domain/ports/provider.ts'
import { Refused } from '../../domain/errors.ts'
import type { StaticHostConfig } from './schema.ts'

const DEFAULT_SSH_PORT = 22

/** How to reach a configured host. Refused for what the schema would not have let through. */
export function endpointOf(host: StaticHostConfig): Endpoint {
  const { url, tls, privateKey, hostKey } = host
  if (url.startsWith('unix://')) return { kind: 'unix', path: url.slice('unix://'.length) }
  const address = new URL(url)
  // A URL keeps the brackets of an IPv6 address; a socket takes none.
  const hostname = address.hostname.replaceAll(/[[\]]/g, '')
  if (address.protocol === 'tcp:') return { kind: 'tcp', host: hostname, port: Number(address.port), tls }
  if (address.protocol !== 'ssh:' || !privateKey || !hostKey)
    throw new Refused(`host ${host.name}: ${url} can't be used`)
  const port = Number(address.port) || DEFAULT_SSH_PORT
  return { kind: 'ssh', host: hostname, port, username: decodeURIComponent(address.username), privateKey, hostKey }
}
