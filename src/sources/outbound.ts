import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { Agent, EnvHttpProxyAgent, fetch as fetchThrough, type Dispatcher } from 'undici'

export interface OutboundOptions {
  readonly proxy?: string
  /** Hosts that are reached without the proxy; a leading dot stands for all below. */
  readonly noProxy?: readonly string[]
  /** PEM certificates trusted besides the system's. */
  readonly caFile?: string
}

export interface Outbound {
  /** Undefined: nothing is special, the platform's own will do. */
  readonly fetch?: typeof fetch
  close(): Promise<void>
}

/** A `fetch` that goes through the configured proxy and trusts the configured CA. Throws if the file can't be read. */
export function createOutbound(options: OutboundOptions): Outbound {
  if (options.proxy === undefined && options.caFile === undefined) return { close: () => Promise.resolve() }
  const dispatcher = createDispatcher(options)
  const through = (input: string, init?: object): unknown => fetchThrough(input, { ...init, dispatcher })
  return { fetch: through as unknown as typeof fetch, close: () => dispatcher.close() }
}

function createDispatcher({ proxy, noProxy, caFile }: OutboundOptions): Dispatcher {
  const tls = caFile === undefined ? {} : { ca: [...getCACertificates('default'), readFileSync(caFile, 'utf8')] }
  if (proxy === undefined) return new Agent({ connect: tls })
  return new EnvHttpProxyAgent({
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: (noProxy ?? []).join(','),
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  })
}
