import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Who has a store open. The lock itself is SQLite's, on the file, and goes with the process however that ends; it does
 * not tell who holds it, so the holder writes its pid beside the file. Without the lock the note means nothing.
 */
function notePath(path: string): string {
  return `${path}.pid`
}

export function noteHolder(path: string): void {
  writeFileSync(notePath(path), `${process.pid} ${hostname()}\n`, { mode: 0o600 })
}

export function forgetHolder(path: string): void {
  rmSync(notePath(path), { force: true })
}

/** The holder in words, as far as its note tells. */
export function describeHolder(path: string): string {
  const [pid, host] = readNote(path).trim().split(' ')
  if (!pid) return 'another process that has left no pid'
  if (host !== hostname()) return `process ${pid} on host ${host}`
  return isRunning(Number(pid)) ? `process ${pid}` : `another process (not Slipway's last one, ${pid}: that has ended)`
}

function readNote(path: string): string {
  try {
    return readFileSync(notePath(path), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
