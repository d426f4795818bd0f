import type { Clock } from '../domain/clock.ts'
import { SlipwayError } from '../domain/errors.ts'
import { DeadlineExceeded } from '../kit/deadline.ts'
import { callBuckets, seconds, type Instruments } from './instruments.ts'

/** Times a call of a port: how long, how it failed, how many are under way. */
export type MeasureCall = <T>(target: string, verb: string, call: () => Promise<T>) => Promise<T>

/**
 * The three metrics of one port: `slipway_PORT_call_duration_seconds`, `…_call_errors_total`, `…_calls_in_flight`.
 * `label` names what the calls go to: a source, a fleet.
 */
export function createCallMeter(make: Instruments, clock: Clock, port: string, label: string): MeasureCall {
  const duration = make.histogram(
    `${port}_call_duration_seconds`,
    `How long calls of the ${port} took.`,
    [label, 'verb'],
    callBuckets,
  )
  const errors = make.counter(`${port}_call_errors_total`, `Calls of the ${port} that failed.`, [
    label,
    'verb',
    'error',
  ])
  const inFlight = make.gauge(`${port}_calls_in_flight`, `Calls of the ${port} under way.`, [label])

  return async (target, verb, call) => {
    const from = clock.monotonic()
    inFlight.inc({ [label]: target })
    try {
      return await call()
    } catch (error) {
      errors.inc({ [label]: target, verb, error: errorKind(error) })
      throw error
    } finally {
      inFlight.dec({ [label]: target })
      duration.observe({ [label]: target, verb }, seconds(clock.monotonic() - from))
    }
  }
}

/** The classes of domain/errors.ts by name; anything else is a fault of ours or of an SDK. */
function errorKind(error: unknown): string {
  return error instanceof SlipwayError || error instanceof DeadlineExceeded ? error.name : 'unexpected'
}
