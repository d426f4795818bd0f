import { request } from 'node:https'
import type { AzureStandIn } from '../../src/demo/azure/index.ts'

export interface ClientAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed; the test knows its shape. */
  readonly body: unknown
}

export interface ClientRequest {
  readonly method?: string
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  /** `none`: no token. */
  readonly token?: string
}

/** The barest client of the stand-in: it trusts its authority, adds a token, and retries nothing. */
export function ask(standIn: AzureStandIn, path: string, wanted: ClientRequest = {}): Promise<ClientAnswer> {
  const { method = 'GET', body, headers = {}, token = standIn.token() } = wanted
  const url = path.startsWith('https:') ? path : `${standIn.url}${path}`
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method,
      ca: standIn.ca,
      agent: false,
      headers: {
        ...(token !== 'none' && { authorization: `Bearer ${token}` }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    })
    call.on('error', reject)
    call.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const read = Buffer.concat(chunks).toString('utf8')
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as ClientAnswer['headers'],
          body: read === '' ? undefined : JSON.parse(read),
        })
      })
    })
    call.end(text)
  })
}
