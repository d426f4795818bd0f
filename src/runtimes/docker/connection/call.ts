import type { Clock } from '../../../domain/ports/clock.ts'
import { withDeadline } from '../../../kit/deadline.ts'
import type { EngineApi } from './api.ts'
import { engineError, wordsOf } from './errors.ts'

/**
 * Runs one call of the port: it settles within `ms` and rejects only with errors of the port. An engine too new for
 * our version of the API names its oldest: that one is used from then on.
 */
export async function callEngine<T>(
  on: { docker: EngineApi; clock: Clock; where: string },
  what: string,
  ms: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(on.clock, ms, `${what} on ${on.where}`, async (signal) => {
      try {
        return await run(signal)
      } catch (error) {
        if (!adoptVersion(on.docker, error)) throw error
        return await run(signal)
      }
    })
  } catch (error) {
    throw engineError(error, what, on.where)
  }
}

function adoptVersion(docker: EngineApi, error: unknown): boolean {
  const oldest = /client version [\d.]+ is too old\. Minimum supported API version is ([\d.]+)/.exec(
    wordsOf(error),
  )?.[1]
  if (!oldest || docker.modem.version === `v${oldest}`) return false
  docker.modem.version = `v${oldest}`
  return true
}
