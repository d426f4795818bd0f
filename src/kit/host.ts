import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'

export interface CommandResult {
  readonly ok: boolean
  /** Standard output and errors as they came. */
  readonly output: string
}

export interface Daemon {
  readonly pid: number | undefined
  alive(): boolean
}

/** The machine that this process runs on, as far as installing something on it goes. */
export interface Host {
  readonly platform: string
  readonly uid: number | undefined
  /** Runs a command to its end. Never rejects: a command that is not there is not ok. */
  run(command: string, args: readonly string[]): Promise<CommandResult>
  /** Starts a program that outlives us; its output goes to a new `logFile`. */
  start(command: string, args: readonly string[], logFile: string): Daemon
  /** The file's text; undefined when it can't be read. */
  read(path: string): Promise<string | undefined>
  /** Whether an engine answers a ping on the Unix socket. */
  answers(socket: string): Promise<boolean>
}

export function systemHost(): Host {
  return {
    platform: process.platform,
    uid: process.getuid?.(),
    run: runToEnd,
    start: startDetached,
    read: (path) =>
      readFile(path, 'utf8').then(
        (text) => text,
        () => undefined,
      ),
    answers: ping,
  }
}

function runToEnd(command: string, args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const output: string[] = []
    const child = spawn('sh', withSbin(command, args), { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text))
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output: output.join('') }))
  })
}

function startDetached(command: string, args: readonly string[], logFile: string): Daemon {
  const log = openSync(logFile, 'w')
  const child = spawn('sh', withSbin(command, args), { stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  let failed = false
  child.on('error', () => (failed = true))
  child.unref()
  return { pid: child.pid, alive: () => !failed && child.exitCode === null && child.signalCode === null }
}

/** Root's PATH may lack the folders of root's tools (after `su`), which the package tools and the engine need. */
function withSbin(command: string, args: readonly string[]): string[] {
  return ['-c', 'PATH="$PATH:/usr/sbin:/sbin"; exec "$0" "$@"', command, ...args]
}

function ping(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath: socket, path: '/_ping', timeout: 2_000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve(false))
    call.on('close', () => resolve(false))
    call.end()
  })
}
