import { createHash } from 'node:crypto'
import http from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { listen } from './swallowing-proxy.ts'

export interface TestRegistry {
  /** `127.0.0.1:port`: engines take registries of this machine without TLS. */
  readonly host: string
  /** `sha256:…` of the only image, `acme/tool:1`. */
  readonly digest: string
  /** Names of what was asked for: `manifest`, `layer`, … */
  readonly asked: string[]
  /** From now on layers are answered like this. */
  answerLayers(how: 'whole' | 'never' | 'broken'): void
  close(): Promise<void>
}

/** As much of a registry as a pull needs: one image of one layer, behind a user name and password. */
export async function startRegistry(username: string, password: string): Promise<TestRegistry> {
  const image = await makeImage()
  const asked: string[] = []
  let layers: 'whole' | 'never' | 'broken' = 'whole'
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const server = http.createServer((request, response) => {
    const path = request.url ?? ''
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' })
      return void response.end(
        JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }),
      )
    }
    if (path === '/v2/') return void response.end('{}')
    if (path.startsWith('/v2/acme/tool/manifests/') && /(1|sha256:.*)$/.test(path)) {
      asked.push('manifest')
      return send(request, response, image.manifest, MANIFEST)
    }
    if (path.endsWith(digestOf(image.config))) return send(request, response, image.config, CONFIG)
    if (path.endsWith(digestOf(image.layer))) {
      asked.push('layer')
      if (layers === 'never') {
        response.writeHead(200, { 'content-length': image.layer.length }).flushHeaders()
        return
      }
      if (layers === 'broken') return send(request, response, Buffer.alloc(image.layer.length), LAYER)
      return send(request, response, image.layer, LAYER)
    }
    response.writeHead(404)
    return void response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }))
  })
  const port = await listen(server)
  return {
    host: `127.0.0.1:${port}`,
    digest: digestOf(image.manifest),
    asked,
    answerLayers(how) {
      layers = how
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const CONFIG = 'application/vnd.docker.container.image.v1+json'
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip'

async function makeImage() {
  const archive = pack()
  archive.entry({ name: 'hello' }, `made for the test ${process.pid}`)
  archive.finalize()
  const plain = await buffer(archive)
  const layer = gzipSync(plain)
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/hello'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(plain)] },
      history: [{ created_by: 'test' }],
    }),
  )
  const part = (mediaType: string, content: Buffer) => ({ mediaType, size: content.length, digest: digestOf(content) })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: part(CONFIG, config),
      layers: [part(LAYER, layer)],
    }),
  )
  return { manifest, config, layer }
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

function send(request: http.IncomingMessage, response: http.ServerResponse, content: Buffer, type: string): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': content.length,
    'docker-content-digest': digestOf(content),
  })
  response.end(request.method === 'HEAD' ? undefined : content)
}
