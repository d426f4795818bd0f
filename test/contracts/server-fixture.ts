import { startServer, type RunningServer, type ServerOptions } from '../../src/server/index.ts'
import type { Clock } from '../../src/domain/ports/clock.ts'
import type { Logger } from '../../src/domain/ports/logger.ts'
import type { Role, Token } from '../../src/domain/token.ts'
import { createOperationsFake, FAKE_NOW, type OperationsFake } from './operations-fake.ts'

/** A clock that stands still until it is told to go on. */
export interface HandClock extends Clock {
  /** Resolves when a timer of this length has been set. */
  awaitTimer(ms: number): Promise<void>
  /** Lets time go by, of both kinds; no timer fires by itself. */
  advance(ms: number): void
  /** Fires every timer of this length. */
  fire(ms: number): void
}

export function createHandClock(): HandClock {
  let elapsed = 0
  const timers = new Set<{ readonly ms: number; readonly run: () => void }>()
  const waiting = new Set<{ readonly ms: number; readonly resolve: () => void }>()
  return {
    wall: () => FAKE_NOW + elapsed,
    monotonic: () => elapsed,
    advance: (ms) => void (elapsed += ms),
    timer(ms, run) {
      const timer = { ms, run }
      timers.add(timer)
      for (const waiter of waiting) if (waiter.ms === ms) waiter.resolve()
      return () => timers.delete(timer)
    },
    awaitTimer(ms) {
      if ([...timers].some((timer) => timer.ms === ms)) return Promise.resolve()
      return new Promise((resolve) => waiting.add({ ms, resolve }))
    },
    fire(ms) {
      for (const timer of [...timers].filter((candidate) => candidate.ms === ms)) {
        timers.delete(timer)
        timer.run()
      }
    },
  }
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: object
  readonly message: string
}

export function createLogList(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  const at = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  const logger = { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { ...logger, child: () => createLogList() }
}

const ADMIN: readonly Role[] = ['admin']

export interface ServerFixture extends RunningServer {
  readonly operations: OperationsFake
  readonly clock: HandClock
  readonly log: LogLine[]
  /** Counted events: the counter's name, then its labels' values. */
  readonly events: string[]
  /** A request to the admin listener with a token of these roles. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>
  [Symbol.asyncDispose](): Promise<void>
}

export interface CallOptions {
  readonly as?: readonly Role[]
  readonly bounds?: Partial<Token>
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** A real server on free ports of the loopback, over operations in memory. */
export async function startServerFixture(changes: Partial<ServerOptions> = {}): Promise<ServerFixture> {
  const operations = createOperationsFake()
  const clock = createHandClock()
  const logger = createLogList()
  const events: string[] = []
  const loopback = { host: '127.0.0.1', port: 0 }
  const server = await startServer({
    about: { owner: 'test', version: '0.0.0' },
    operations,
    routes: () => [],
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'slipway_up 1\n' }),
    listen: { public: loopback, admin: loopback },
    logger,
    clock,
    onEvent: (counter, labels) => events.push([counter, ...Object.values(labels)].join(' ')),
    ...changes,
  })
  return {
    ...server,
    operations,
    clock,
    log: logger.lines,
    events,
    call(method, path, { as = ADMIN, bounds, headers = {}, body } = {}) {
      const authorization = `Bearer ${operations.addToken(as, bounds)}`
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      const sent = typeof body === 'string' ? body : JSON.stringify(body)
      const init: RequestInit = { method, headers: { authorization, ...type, ...headers } }
      return fetch(`${server.adminUrl}${path}`, body === undefined ? init : { ...init, body: sent })
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
}
