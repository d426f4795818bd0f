import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import type { ProxySettings, TlsSettings } from '@azure/core-rest-pipeline'

export interface OutboundOptions {
  readonly proxy?: string
  /** Hosts that are reached without the proxy; a leading dot stands for all below. */
  readonly noProxy?: readonly string[]
  /** PEM certificates trusted besides the system's. */
  readonly caFile?: string
}

/** How the SDK's clients reach a host: all of them take these two. */
export interface Outbound {
  readonly proxyOptions?: ProxySettings
  readonly tlsOptions?: TlsSettings
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

function settingsOf(proxy: string): ProxySettings {
  const url = new URL(proxy)
  return {
    host: `${url.protocol}//${url.hostname}`,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    ...(url.username && { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
  }
}
