import { get } from 'node:http'
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { startServerFixture } from '../../../test/contracts/server-fixture.ts'
import { createFolder, type Folder } from '../../../test/fakes/folder.ts'

const index = '<!doctype html><script type="module" src="/assets/main-abc123.js"></script>'
const script = `console.log('hello')\n`.repeat(50)
const html = { accept: 'text/html,application/xhtml+xml' }

function writeConsole(folder: Folder): string {
  folder.write('console/index.html', index)
  folder.write('console/assets/main-abc123.js', script)
  folder.write('console/assets/main-abc123.js.br', brotliCompressSync(script))
  folder.write('console/assets/main-abc123.js.gz', gzipSync(script))
  folder.write('console/favicon.svg', '<svg/>')
  folder.write('console/notes.exe', 'nothing of a page')
  folder.write('secret.txt', 'outside')
  return `${folder.path}/console`
}

/** The bare answer: nothing is decoded, and the path goes out as it is written. */
function fetchRaw(url: string, path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(url)
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const request = get({ hostname, port, path, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    request.on('error', reject)
  })
}

describe('the pages of the console', () => {
  it('are its one page wherever a browser goes, and API paths stay JSON', async () => {
    using folder = createFolder()
    await using server = await startServerFixture({ pages: writeConsole(folder) })
    for (const path of ['/', '/?q=1', '/jobs', '/jobs/github%2F1%2F1', '/machines/m1.local', '/cost', '/policy']) {
      const answer = await fetch(`${server.adminUrl}${path}`, { headers: html })
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, index])
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    }
    for (const path of ['/api/nothing', '/api/v1/nothing', '/api', '/assets/none.js']) {
      const answer = await fetch(`${server.adminUrl}${path}`, { headers: html })
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.json()).toMatchObject({ error: { code: 'not_found' } })
    }
    expect((await fetch(`${server.adminUrl}/jobs`)).status).toBe(404)
    expect((await fetch(`${server.adminUrl}/jobs`, { method: 'POST', headers: html })).status).toBe(404)
    expect((await fetch(`${server.adminUrl}/api/v1/status`, { headers: html })).status).toBe(401)
    expect(await (await fetch(`${server.adminUrl}/healthz`, { headers: html })).text()).toBe('ok\n')
  })

  it('may run nothing but their own script, and stand in no frame', async () => {
    using folder = createFolder()
    await using server = await startServerFixture({ pages: writeConsole(folder) })
    const { headers } = await fetch(server.adminUrl)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
    )
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toContain('camera=()')
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  it('come compressed as the browser takes them; what never changes is kept for ever', async () => {
    using folder = createFolder()
    await using server = await startServerFixture({ pages: writeConsole(folder) })
    const path = '/assets/main-abc123.js'
    const packed = await fetchRaw(server.adminUrl, path, { 'accept-encoding': 'gzip, deflate, br' })
    expect(packed.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'accept-encoding',
    })
    expect(brotliDecompressSync(packed.body).toString()).toBe(script)
    const gzip = await fetchRaw(server.adminUrl, path, { 'accept-encoding': 'gzip, br;q=0' })
    expect(gzip.headers['content-encoding']).toBe('gzip')
    const plain = await fetchRaw(server.adminUrl, path)
    expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, script])
    const etag = String(plain.headers['etag'])
    const known = await fetchRaw(server.adminUrl, path, { 'if-none-match': etag })
    expect([known.status, known.body.length]).toEqual([304, 0])
    const favicon = await fetchRaw(server.adminUrl, '/favicon.svg')
    expect(favicon.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'image/svg+xml' })
    const head = await fetch(`${server.adminUrl}${path}`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('are found by their exact name alone: no path leads out of the folder', async () => {
    using folder = createFolder()
    await using server = await startServerFixture({ pages: writeConsole(folder) })
    for (const path of [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
      '//secret.txt',
      '/..\\secret.txt',
      '/assets/main-abc123.js%00.txt',
      '/notes.exe',
      '/assets/main-abc123.js.br',
      '/assets/',
      '/index.html/../../secret.txt',
    ]) {
      const { status, body } = await fetchRaw(server.adminUrl, path)
      expect([path, status]).toEqual([path, 404])
      expect(body.toString()).not.toContain('outside')
    }
  })

  it('that were never built say how they are, and are there once they are', async () => {
    using folder = createFolder()
    await using server = await startServerFixture({ pages: `${folder.path}/console` })
    const missing = await fetch(server.adminUrl)
    expect([missing.status, missing.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
    expect(await missing.text()).toContain('npm run build:console')
    expect((await fetch(`${server.adminUrl}/favicon.svg`)).status).toBe(404)
    writeConsole(folder)
    expect(await (await fetch(server.adminUrl)).text()).toBe(index)
  })
})
