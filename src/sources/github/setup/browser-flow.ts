import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newAppUrl, type AppManifest } from './manifest.ts'

/** Waits on 127.0.0.1 for the person's browser to come back from GitHub. */
export interface BrowserFlow {
  /** The page to open. */
  readonly url: string
  /** GitHub's code, good once; rejects when the flow is closed before. */
  readonly code: Promise<string>
  close(): Promise<void>
}

export interface BrowserFlowOptions {
  readonly baseUrl: string
  readonly organization: string | undefined
  /** 0: any free one. */
  readonly port: number
  readonly manifest: (redirectUrl: string) => AppManifest
}

const CODE = /^[\w-]{8,128}$/

/** Serves the page that posts the manifest to GitHub, and takes the code that GitHub sends back with our state. */
export async function startBrowserFlow(options: BrowserFlowOptions): Promise<BrowserFlow> {
  const state = randomBytes(24).toString('base64url')
  const { promise: code, resolve, reject } = Promise.withResolvers<string>()
  // Whoever closes the flow early need not be awaiting the code.
  code.catch(() => undefined)

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!isLocal(request)) return answer(response, 403, 'Forbidden', '')
    if (url.pathname === '/')
      return answer(response, 200, 'Create the GitHub App', form(action, options.manifest(redirectUrl)))
    if (url.pathname !== '/created') return answer(response, 404, 'Not found', '')
    const given = url.searchParams.get('code') ?? ''
    if (!same(url.searchParams.get('state') ?? '', state) || !CODE.test(given)) {
      return answer(response, 400, 'This answer belongs to another request', 'Start again from the terminal.')
    }
    answer(response, 200, 'Done', 'Go back to the terminal.')
    resolve(given)
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(options.port, '127.0.0.1', listening)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const redirectUrl = `${url}/created`
  const action = newAppUrl(options.baseUrl, options.organization, state)

  return {
    url,
    code,
    close: () =>
      new Promise((closed) => {
        reject(new Error('the set-up was given up'))
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** Another site's name that was made to point here must not read the page. */
function isLocal(request: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? '')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function same(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function form(action: string, manifest: AppManifest): string {
  return `<form id="f" method="post" action="${escape(action)}">
<input type="hidden" name="manifest" value="${escape(JSON.stringify(manifest))}">
<button>Create the App ${escape(manifest.name)} on GitHub</button></form>
<script>document.getElementById('f').submit()</script>`
}

function answer(response: ServerResponse, status: number, title: string, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`<!doctype html><title>${title}</title><h1>${title}</h1>${body}`)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
