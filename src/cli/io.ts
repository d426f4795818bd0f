import type { Environment } from '../config/index.ts'

export interface Sink {
  write(text: string): unknown
}

/** All that the command line touches of its process, so that tests can take its place. */
export interface Io {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly env: Environment
  /** Standard output is a terminal. */
  readonly isTty: boolean
  readonly clock: {
    wall(): number
    monotonic(): number
    timer(ms: number, run: () => void): () => void
  }
  /** Calls `run` at every such signal; the result takes it back. */
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP', run: () => void) => () => void
}

/** Signals of this process. */
export function processSignals(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP', run: () => void): () => void {
  process.on(signal, run)
  return () => process.off(signal, run)
}
