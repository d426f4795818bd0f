import type { Readable } from 'node:stream'
import type { RuntimeEvent } from '../../../domain/ports/runtime.ts'
import { backoffMs, withJitter } from '../../../kit/backoff.ts'
import { withDeadline } from '../../../kit/deadline.ts'
import { engineError } from '../connection/errors.ts'
import { jsonLines } from '../connection/json-lines.ts'
import type { Engine } from '../context.ts'
import { AGENT, labelled, OWNER } from '../labels.ts'

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 30_000

/**
 * Follows the engine's events until `signal` is aborted. Whenever it has connected, the first time too, it says
 * `reconnected`: what happened before may have been missed.
 */
export function watch(engine: Engine, onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): void {
  let failures = 0
  const follow = async () => {
    const stream = await connect(engine, signal)
    const stop = () => stream.destroy()
    signal.addEventListener('abort', stop)
    try {
      failures = 0
      onEvent({ what: 'reconnected' })
      for await (const message of jsonLines(stream)) {
        const event = readEvent(message)
        if (event) onEvent(event)
      }
    } finally {
      signal.removeEventListener('abort', stop)
      stream.destroy()
    }
  }
  const again = (error?: unknown) => {
    if (signal.aborted) return
    failures++
    const delay = withJitter(backoffMs(failures, FIRST_RETRY_MS, LAST_RETRY_MS))
    const reason = error ? engineError(error, 'following events', engine.where).message : 'the engine ended the stream'
    engine.logger.warn({ engine: engine.where, failures, delay, reason }, 'following the engine again')
    const cancel = engine.clock.timer(delay, begin)
    signal.addEventListener('abort', cancel, { once: true })
  }
  const begin = () => void follow().then(() => again(), again)
  if (!signal.aborted) begin()
}

function connect(engine: Engine, signal: AbortSignal): Promise<Readable> {
  const filters = { type: ['container'], ...labelled(`${OWNER}=${engine.owner}`), event: Object.keys(WHAT) }
  return withDeadline(engine.clock, engine.deadlines.list, `events of ${engine.where}`, (deadline) => {
    // Only while connecting: the deadline's signal would cut the stream later on.
    const abortSignal = AbortSignal.any([deadline, signal])
    return engine.docker.getEvents({ filters, abortSignal })
  })
}

const WHAT: Readonly<Record<string, RuntimeEvent['what']>> = {
  start: 'started',
  die: 'died',
  died: 'died',
  destroy: 'removed',
  remove: 'removed',
}

/** Undefined for helpers and probes, and for what we don't know. */
export function readEvent(message: Record<string, unknown>): RuntimeEvent | undefined {
  const { Action, Actor } = message as { Action?: string; Actor?: { Attributes?: Record<string, string> } }
  const key = Actor?.Attributes?.[AGENT]
  const what = WHAT[Action ?? '']
  return key && what ? { key, what } : undefined
}
