import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { vi } from 'vitest'
import type { Endpoint } from '../../../src/domain/ports/provider.ts'
import type { RunOnHost } from '../../../src/runtimes/docker/host/apply.ts'
import { newId } from '../../../src/kit/ids.ts'
import { dockerOf } from './machine.ts'

/** Whether this process may make network namespaces and start engines. */
export function canStartEngines(): boolean {
  return process.getuid?.() === 0 && ['/usr/sbin/dockerd', '/usr/bin/dockerd'].some((path) => existsSync(path))
}

/** A host of its own as far as networks go: an engine in a network namespace, with a neighbour namespace outside. */
export interface PrivateEngine {
  readonly endpoint: Endpoint
  /** Runs a program on this host. */
  readonly run: RunOnHost
  /** Listens on addresses of the host, or of the world outside it, and closes every connection at once. */
  listen(where: 'host' | 'outside', addresses: readonly string[]): Promise<void>
  restart(): Promise<void>
  close(): Promise<void>
}

export async function startPrivateEngine(): Promise<PrivateEngine> {
  const id = newId(5)
  const host = `slwh-${id}`
  const outside = `slwo-${id}`
  const folder = await mkdtemp('/tmp/slwe-')
  const children: ChildProcess[] = []
  layNetworks(host, outside, id)
  const endpoint = { kind: 'unix', path: `${folder}/sock` } as const
  let engine = await startEngine(host, folder, endpoint)

  async function stopEngine(): Promise<void> {
    const gone = once(engine, 'exit')
    engine.kill('SIGTERM')
    await gone
  }

  return {
    endpoint,
    run: (program, args) => runIn(host, program, args),
    async listen(where, addresses) {
      const child = spawn('nsenter', [
        `--net=/run/netns/${where === 'host' ? host : outside}`,
        process.execPath,
        '-e',
        LISTENER,
        ...addresses,
      ])
      children.push(child)
      await once(child.stdout, 'data')
    },
    async restart() {
      await stopEngine()
      engine = await startEngine(host, folder, endpoint)
    },
    async close() {
      await stopEngine()
      for (const child of children) {
        const gone = once(child, 'exit')
        child.kill()
        await gone
      }
      // The mount that containers in the host's own network leave behind.
      await runIn(host, 'umount', [`${folder}/exec/netns/default`])
      for (const namespace of [host, outside]) execFileSync('ip', ['netns', 'delete', namespace])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const LISTENER = `
const net = require('node:net')
Promise.all(process.argv.slice(1).map((at) => new Promise((done) => {
  const [, host, port] = /^(.*):(\\d+)$/.exec(at)
  net.createServer((socket) => socket.end()).listen({ host, port: Number(port) }, done)
}))).then(() => console.log('ready'))
`

/** The namespace of the host and one beyond it, with a cable between; the metadata address is beyond. */
function layNetworks(host: string, outside: string, id: string): void {
  const ip = (...args: string[]) => execFileSync('ip', args)
  for (const namespace of [host, outside]) {
    ip('netns', 'add', namespace)
    ip('-n', namespace, 'link', 'set', 'lo', 'up')
  }
  ip('link', 'add', `slh${id}`, 'netns', host, 'type', 'veth', 'peer', 'name', `slo${id}`, 'netns', outside)
  ip('-n', host, 'address', 'add', '198.51.100.1/24', 'dev', `slh${id}`)
  ip('-n', outside, 'address', 'add', '198.51.100.2/24', 'dev', `slo${id}`)
  ip('-n', host, 'link', 'set', `slh${id}`, 'up')
  ip('-n', outside, 'link', 'set', `slo${id}`, 'up')
  ip('-n', host, 'route', 'add', 'default', 'via', '198.51.100.2')
  ip('-n', outside, 'address', 'add', '169.254.169.254/32', 'dev', 'lo')
  // One of the addresses is the host's own, so that both ways of a packet are tried.
  ip('-n', host, 'address', 'add', '168.63.129.16/32', 'dev', 'lo')
}

async function startEngine(host: string, folder: string, endpoint: Endpoint & { kind: 'unix' }): Promise<ChildProcess> {
  const log = openSync(`${folder}/log`, 'a')
  const args = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`]
  const command = ['dockerd', '-H', `unix://${endpoint.path}`, ...args]
  const engine = spawn('nsenter', [`--net=/run/netns/${host}`, ...command], { stdio: ['ignore', log, log] })
  const docker = dockerOf(endpoint)
  await vi.waitFor(() => docker.ping(), { timeout: 60_000, interval: 200 })
  return engine
}

function runIn(namespace: string, program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('nsenter', [`--net=/run/netns/${namespace}`, program, ...args])
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
