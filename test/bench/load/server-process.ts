import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { pause } from './pause.ts'

/** A server under test: a process of its own. */
export interface ServerProcess {
  readonly pid: number
  /** Where it takes webhooks, without the path. */
  readonly url: string
  /** Where the service answers people; empty for a server that is not it. */
  readonly adminUrl: string
  /** SIGKILL; resolves once it is dead. */
  kill(): Promise<void>
}

interface ReadyLine {
  readonly publicUrl: string
  readonly adminUrl?: string
}

/** The service as its image starts it: built, with the image's flags and environment. Its GitHub has been read once. */
export async function startBuiltService(configPath: string): Promise<ServerProcess> {
  const image = readImage()
  const server = await start([...image.flags, 'dist/main.js', 'serve', '--json', '--config', configPath], image.env)
  while (!/call_duration_seconds_count\{source="github",verb="read"\} [1-9]/.test(await metricsOf(server.adminUrl)))
    await pause(50)
  return server
}

/** Resolves once it has written a line that says `ready`, with its `publicUrl`. */
export async function startServer(args: readonly string[]): Promise<ServerProcess> {
  return start(args)
}

export function build(): void {
  const { status } = spawnSync(process.execPath, ['test/build.ts'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
}

function readImage(): { flags: string[]; env: Record<string, string> } {
  const text = readFileSync('Dockerfile', 'utf8')
  const command = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(text)?.[1] ?? '[]') as string[]
  const env = Array.from(text.matchAll(/^ENV (.+)$/gm), (match) => match[1]?.split(' ') ?? []).flat()
  return {
    flags: command.filter((word) => word.startsWith('--')),
    env: Object.fromEntries(env.map((pair) => pair.split('=') as [string, string])),
  }
}

async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  const ended = once(child, 'exit')
  const line = await new Promise<ReadyLine>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-16_384)
      const ready = output.split('\n').find((text) => text.includes('"msg":"ready"') && text.endsWith('}'))
      if (ready) resolve(JSON.parse(ready) as ReadyLine)
    })
    void ended.then(([code]) => reject(new Error(`${args[0]} ended with ${String(code)}:\n${output}`)))
  })
  if (child.pid === undefined) throw new Error('the process has no id')
  return {
    pid: child.pid,
    url: line.publicUrl,
    adminUrl: line.adminUrl ?? '',
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function metricsOf(adminUrl: string): Promise<string> {
  return (await fetch(`${adminUrl}/metrics`)).text()
}
