import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** The service as people run it: a process of its own, which can be killed. */
export interface ServiceProcess {
  readonly pid: number
  /** All that it has written to both outputs. */
  output(): string
  /** SIGKILL; resolves once it is dead. */
  kill(): Promise<void>
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>
}

/** Resolves once it says that it is ready. */
export async function startProcess(configPath: string, args: readonly string[] = []): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['src/main.ts', 'serve', '--config', configPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('"msg":"ready"')) ready.resolve()
    })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  void ended.then((code) => ready.reject(new Error(`the service ended with ${code}:\n${output}`)))
  await ready.promise
  return {
    pid: pidOf(child),
    output: () => output,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process has no id')
  return child.pid
}

/** A port that nothing listens on now, so that restarts can use the same. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
