import { ImageUnavailable, Refused } from '../../domain/errors.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Context } from '../context.ts'
import { prepareContainer } from './start-agent.ts'
import { change } from '../state.ts'
import { gone } from './ending.ts'

export async function prepareStandby(context: Context, key: string, pool: Pool): Promise<void> {
  const container = context.state.containers.get(key)
  const runtime = container && context.runtimes.of(container.machine)
  if (!container || !runtime) return
  try {
    await prepareContainer(context, key, pool, runtime)
    context.backoffs.ok(`machine:${container.machine}`)
  } catch (error) {
    const final = error instanceof ImageUnavailable || error instanceof Refused
    context.backoffs.fail(final ? `pool:${pool.name}` : `machine:${container.machine}`, error)
    context.logger.warn({ err: error, container: key }, 'standby container failed')
    const now = context.state.containers.get(key)
    if (final && now && !now.agent) await context.state.commit([change('container', now, { state: 'removing' })])
  }
}

/** A standby container was never activated, so nothing can run in it. */
export async function removeStandby(context: Context, key: string): Promise<void> {
  const container = context.state.containers.get(key)
  if (!container || container.agent) return
  const runtime = context.runtimes.of(container.machine)
  if (!runtime && context.state.machines.has(container.machine)) return
  try {
    await runtime?.remove(key)
  } catch (error) {
    return context.backoffs.fail(`machine:${container.machine}`, error)
  }
  const now = context.state.containers.get(key)
  if (now && !now.agent) await context.state.commit([gone(context, now)])
}
