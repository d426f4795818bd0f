import { Refused } from '../../domain/errors.ts'
import type { EngineApi } from './engine/api.ts'
import { statusOf } from './engine/errors.ts'
import { MACHINE, networkNameOf, OWNER } from './labels.ts'

/**
 * The machines' network, made when it is not there; its id. An engine that is asked twice at once makes two of one name,
 * also when the first who asked is dead by then: the oldest counts, and by its id it is not mistaken.
 */
export async function ensureNetwork(docker: EngineApi, owner: string, signal: AbortSignal): Promise<string> {
  const [oldest] = await networks(docker, owner, signal)
  if (oldest !== undefined) return oldest
  try {
    const { id } = await docker.createNetwork({
      Name: networkNameOf(owner),
      CheckDuplicate: true,
      Driver: 'bridge',
      EnableIPv6: false,
      Labels: { [OWNER]: owner },
      // Nothing passes between machines: an agent that broke out of its rules reaches no other machine's engine.
      Options: { 'com.docker.network.bridge.enable_icc': 'false' },
      abortSignal: signal,
    })
    return id
  } catch (error) {
    if (statusOf(error) !== 409) throw error
    const [made] = await networks(docker, owner, signal)
    if (made !== undefined) return made
    const name = networkNameOf(owner)
    throw new Refused(`the network ${name} is there but carries no label ${OWNER}=${owner}: rename or remove it`, {
      cause: error,
    })
  }
}

/** Removes it with the last machine; stopped ones need it too, though they are not on it. */
export async function removeIdleNetwork(docker: EngineApi, owner: string, signal: AbortSignal): Promise<void> {
  const filters = { label: [`${OWNER}=${owner}`, MACHINE] }
  const machines = await docker.listContainers({ all: true, filters, abortSignal: signal })
  if (machines.length > 0) return
  for (const id of await networks(docker, owner, signal)) {
    try {
      await docker.getNetwork(id).remove({ abortSignal: signal })
    } catch (error) {
      // Gone already, or a machine has joined meanwhile.
      if (statusOf(error) !== 404 && statusOf(error) !== 403) throw error
    }
  }
}

/** Ids, oldest first. */
async function networks(docker: EngineApi, owner: string, abortSignal: AbortSignal): Promise<string[]> {
  const name = networkNameOf(owner)
  const filters = { label: [`${OWNER}=${owner}`], name: [name] }
  const found = await docker.listNetworks({ filters, abortSignal })
  return found
    .filter(({ Name }) => Name === name)
    .sort((a, b) => a.Created.localeCompare(b.Created) || a.Id.localeCompare(b.Id))
    .map(({ Id }) => Id)
}
