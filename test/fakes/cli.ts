import type { Commands, Io, RunningService, ServeOptions } from '../../src/cli/index.ts'
import { runCli } from '../../src/cli/index.ts'

type Signal = Parameters<Io['onSignal']>[0]

export interface CliFake {
  readonly io: Io
  /** Every call of a command: its name and what it was given. */
  readonly calls: { readonly name: keyof Commands; readonly options: object }[]
  /** What `serve` gives; its calls are recorded in `service.calls`. */
  readonly service: ServiceFake
  /** Answers of the other commands. */
  commands: Commands
  /** Runs one command line and gives the exit code. */
  run(...args: readonly string[]): Promise<number>
  out(): string
  err(): string
  /** Sends a signal to whoever listens. */
  signal(name: Signal): void
  /** Resolves when somebody listens for the signal. */
  listening(name: Signal): Promise<void>
}

export interface ServiceFake extends RunningService {
  readonly calls: string[]
  problems: string[]
  /** `stop` waits for this. */
  stopGate: Promise<void>
}

export const CLI_NOW = 1_700_000_100_000

/** The command line with its process and everything behind it taken away. */
export function createCliFake(options: { env?: Record<string, string>; isTty?: boolean; now?: number } = {}): CliFake {
  const written = { out: '', err: '' }
  const signals = createSignals()
  const service = createServiceFake()
  const calls: CliFake['calls'] = []
  const record =
    <T>(name: keyof Commands, answer: T) =>
    async (given: object) => {
      calls.push({ name, options: given })
      return answer
    }

  const fake: CliFake = {
    calls,
    service,
    commands: {
      serve: async (given: ServeOptions) => {
        calls.push({ name: 'serve', options: given })
        return service
      },
      demo: record('demo', 0),
      doctor: record('doctor', []),
      hostPrepare: record('hostPrepare', '#!/bin/sh\n'),
      githubSetup: record('githubSetup', 0),
      offlineToken: record('offlineToken', { secret: 'made-offline' }),
    },
    io: {
      stdout: { write: (text) => void (written.out += text) },
      stderr: { write: (text) => void (written.err += text) },
      env: options.env ?? {},
      isTty: options.isTty ?? false,
      clock: { wall: () => options.now ?? CLI_NOW, monotonic: () => 0, timer: () => () => undefined },
      onSignal: signals.on,
    },
    run: (...args) => runCli(args, fake.commands, fake.io, '1.2.3'),
    out: () => written.out,
    err: () => written.err,
    signal: signals.send,
    listening: signals.listening,
  }
  return fake
}

function createServiceFake(): ServiceFake {
  const service: ServiceFake = {
    calls: [],
    problems: [],
    stopGate: Promise.resolve(),
    adminUrl: 'http://127.0.0.1:8081',
    publicUrl: 'http://127.0.0.1:8080',
    stop: async ({ drain }) => {
      service.calls.push(drain ? 'stop, draining' : 'stop')
      await service.stopGate
    },
    reload: async () => {
      service.calls.push('reload')
      return service.problems
    },
  }
  return service
}

function createSignals() {
  const handlers = new Map<Signal, Set<() => void>>()
  const waiting = new Set<{ readonly name: Signal; readonly resolve: () => void }>()
  return {
    on: (name: Signal, run: () => void): (() => void) => {
      const set = handlers.get(name) ?? new Set()
      handlers.set(name, set.add(run))
      for (const waiter of waiting) if (waiter.name === name) waiter.resolve()
      return () => void set.delete(run)
    },
    send: (name: Signal): void => {
      for (const run of handlers.get(name) ?? []) run()
    },
    listening: (name: Signal): Promise<void> => {
      if ((handlers.get(name)?.size ?? 0) > 0) return Promise.resolve()
      return new Promise((resolve) => waiting.add({ name, resolve }))
    },
  }
}
