import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** A server under test: a process of its own. */
export interface ServerProcess {
  readonly pid: number
  /** Where it takes webhooks, without the path. */
  readonly url: string
  /** SIGKILL; resolves once it is dead. */
  kill(): Promise<void>
}

/** Resolves once it has written a line that says `ready`, with its `publicUrl`. */
export async function startServer(args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-16_384)
      const ready = output.split('\n').find((line) => line.includes('"msg":"ready"') && line.endsWith('}'))
      if (ready) resolve((JSON.parse(ready) as { publicUrl: string }).publicUrl)
    })
    void ended.then(([code]) => reject(new Error(`${args[0]} ended with ${String(code)}:\n${output}`)))
  })
  if (child.pid === undefined) throw new Error('the process has no id')
  return {
    pid: child.pid,
    url,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The service as its package has it: built, and started without npm in between. */
export function startBuiltService(configPath: string): Promise<ServerProcess> {
  return startServer(['dist/main.js', 'serve', '--json', '--config', configPath])
}

export function build(): void {
  const { status } = spawnSync(process.execPath, ['test/build.ts'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
}
