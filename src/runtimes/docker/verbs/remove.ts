import { containerName } from '../../../domain/agent.ts'
import { statusOf, wordsOf } from '../connection/errors.ts'
import type { Engine } from '../context.ts'
import { HELPER_OF, labelled, OWNER } from '../labels.ts'

/** Helpers first, the agent's container then, networks last: what is left after a crash is still found by its label. */
export function remove(engine: Engine, key: string): Promise<void> {
  return engine.call(`removing ${key}`, engine.deadlines.remove, async (signal) => {
    const filters = labelled(`${OWNER}=${engine.owner}`, `${HELPER_OF}=${key}`)
    const [helpers, networks] = await Promise.all([
      engine.docker.listContainers({ all: true, filters, abortSignal: signal }),
      engine.docker.listNetworks({ filters, abortSignal: signal }),
    ])
    await Promise.all(helpers.map(({ Id }) => deleteContainer(engine, Id, signal)))
    await deleteContainer(engine, containerName(engine.owner, key), signal)
    await Promise.all(networks.map(({ Id }) => deleteNetwork(engine, Id, signal)))
  })
}

/** Kills it if it runs, and takes its anonymous volumes along. Nothing happens when it is not there. */
export async function deleteContainer(engine: Engine, id: string, signal: AbortSignal, again = true): Promise<void> {
  try {
    await engine.docker.getContainer(id).remove({ force: true, v: true, abortSignal: signal })
  } catch (error) {
    // It ended by itself while the engine was about to kill it.
    const ended = statusOf(error) === 500 && /is not running/i.test(wordsOf(error))
    if (ended && again) return deleteContainer(engine, id, signal, false)
    const underWay = statusOf(error) === 409 && /already in progress/i.test(wordsOf(error))
    if (statusOf(error) !== 404 && !underWay) throw error
  }
}

async function deleteNetwork(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.docker.getNetwork(id).remove({ abortSignal: signal })
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}
