import type { Clock } from '../../domain/ports/clock.ts'
import { SlipwayError } from '../../domain/errors.ts'
import { DeadlineExceeded } from '../../kit/deadline.ts'
import { callBuckets, seconds, type Instruments } from '../instruments.ts'

/** Times a call of a port: how long, how it failed, how many are under way. */
export type MeasureCall = <T>(verb: string, call: () => Promise<T>, target?: string) => Promise<T>

/**
 * The three metrics of one port: `slipway_PORT_call_duration_seconds`, `…_call_errors_total`, `…_calls_in_flight`.
 * `label` says what the calls go to, where there are several: a source, a fleet.
 */
export function createCallMeter(make: Instruments, clock: Clock, port: string, label?: string): MeasureCall {
  const targets = label === undefined ? [] : [label]
  const name = `${port}_call`
  const times = make.histogram(`${name}_duration_seconds`, `Calls of the ${port}.`, [...targets, 'verb'], callBuckets)
  const errors = make.counter(`${name}_errors_total`, `Calls of the ${port} that failed.`, [
    ...targets,
    'verb',
    'error',
  ])
  const inFlight = new Map<string, number>()
  make.gauge(`${name}s_in_flight`, `Calls of the ${port} under way.`, targets, (gauge) => {
    for (const [target, count] of inFlight) gauge.set(labelsOf(target), count)
  })

  function labelsOf(target: string): Record<string, string> {
    return label === undefined ? {} : { [label]: target }
  }

  return async (verb, call, target = 'unknown') => {
    const at = labelsOf(target)
    const from = clock.monotonic()
    inFlight.set(target, (inFlight.get(target) ?? 0) + 1)
    try {
      return await call()
    } catch (error) {
      errors.inc({ ...at, verb, error: errorKind(error) })
      throw error
    } finally {
      inFlight.set(target, (inFlight.get(target) ?? 0) - 1)
      times.observe({ ...at, verb }, seconds(clock.monotonic() - from))
    }
  }
}

/** The classes of domain/errors.ts by name; anything else is a fault of ours or of an SDK. */
function errorKind(error: unknown): string {
  return error instanceof SlipwayError || error instanceof DeadlineExceeded ? error.name : 'unexpected'
}
