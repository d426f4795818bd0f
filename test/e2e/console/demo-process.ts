import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** `slipway demo --open` as people run it, without a screen to open a browser on. */
export interface DemoProcess {
  /** With a token to log in with. */
  readonly consoleUrl: string
  output(): string
  /** Ctrl-C; resolves with its exit code. */
  stop(): Promise<number | null>
}

export async function startDemo(): Promise<DemoProcess> {
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' }
  const child = spawn(process.execPath, ['bin/slipway.js', 'demo', '--open'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const told = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const url = /Console: (\S+)\n/.exec(output)?.[1]
      if (url !== undefined) told.resolve(url)
    })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  void ended.then((code) => told.reject(new Error(`the demo ended with ${code}:\n${output}`)))
  return {
    consoleUrl: await told.promise,
    output: () => output,
    stop() {
      child.kill('SIGINT')
      return ended
    },
  }
}
