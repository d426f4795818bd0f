import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'

export interface OutboundOptions {
  readonly proxy?: string
  /** Hosts that are reached without the proxy; a leading dot stands for all below. */
  readonly noProxy?: readonly string[]
  /** PEM certificates trusted besides the system's. */
  readonly caFile?: string
}

/** How clients of Azure's SDKs reach a host: all of them take these two. */
export interface Outbound {
  readonly proxyOptions?: ProxyOptions
  readonly tlsOptions?: { readonly ca: string[] }
}

interface ProxyOptions {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
}

/** Throws if the CA file can't be read. */
export function outboundTo(url: string, options: OutboundOptions): Outbound {
  const { proxy, caFile } = options
  return {
    ...(proxy !== undefined && !reachedDirectly(url, options.noProxy ?? []) && { proxyOptions: settingsOf(proxy) }),
    ...(caFile !== undefined && {
      tlsOptions: { ca: [...getCACertificates('default'), readFileSync(caFile, 'utf8')] },
    }),
  }
}

function reachedDirectly(url: string, noProxy: readonly string[]): boolean {
  const { hostname } = new URL(url)
  return noProxy.some((entry) => {
    const host = entry.replace(/:\d+$/, '').toLowerCase()
    return host === '*' || hostname === host.replace(/^\./, '') || hostname.endsWith(`.${host.replace(/^\./, '')}`)
  })
}

function settingsOf(proxy: string): ProxyOptions {
  const url = new URL(proxy)
  return {
    host: `${url.protocol}//${url.hostname}`,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    ...(url.username && { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
  }
}
