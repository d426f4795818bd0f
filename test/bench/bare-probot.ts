/**
 * The bare side of the bench `intake`: probot's own middleware in a plain HTTP server, for an app without handlers. It
 * reads the body, verifies the signature, parses the payload and answers 200. (With a handler it would also make a
 * client for each message, which costs several times as much.)
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeMiddleware, Probot } from 'probot'

const [secret = '', privateKey = ''] = process.argv.slice(2)
const probot = new Probot({ appId: 1, privateKey, secret, logLevel: 'info' })
const middleware = await createNodeMiddleware(() => undefined, { probot })
const server = createServer((request, response) => void middleware(request, response))
server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(JSON.stringify({ msg: 'ready', publicUrl: `http://127.0.0.1:${port}` }))
})
