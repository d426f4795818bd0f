import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How the next request that makes a container ends. */
export type DoorFault =
  | { readonly status: number; readonly message: string }
  /** It is done, and the answer does not arrive. */
  | 'lost'
  /** It is not done, and nothing comes back. */
  | 'hang'

/** A socket that leads to the engine's, and may stand in the way. */
export interface EngineDoor {
  readonly url: string
  spoil(fault: DoorFault): void
  /** Resolves once a request hangs. */
  hanging(): Promise<void>
  close(): Promise<void>
}

export async function openEngineDoor(socketPath: string): Promise<EngineDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-door-'))
  const path = join(folder, 'engine.sock')
  const hanging = Promise.withResolvers<void>()
  let next: DoorFault | undefined

  const server = http.createServer((request, response) => {
    const fault = isMaking(request) ? next : undefined
    if (fault) next = undefined
    if (fault === 'hang') return hanging.resolve()
    if (typeof fault === 'object') {
      request.resume()
      response.writeHead(fault.status, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ message: fault.message }))
    }
    const { method, url, headers } = request
    const onward = http.request({ socketPath, method, path: url, headers }, (answer) => {
      if (fault === 'lost') return void answer.resume().on('end', () => request.socket.destroy())
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      return void answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    return void request.pipe(onward)
  })
  await new Promise<void>((resolve) => void server.listen(path, resolve))

  return {
    url: `unix://${path}`,
    spoil: (fault) => void (next = fault),
    hanging: () => hanging.promise,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function isMaking({ method, url }: http.IncomingMessage): boolean {
  return method === 'POST' && /\/containers\/create\b/.test(url ?? '')
}
