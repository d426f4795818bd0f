import { Refused } from '../../domain/errors.ts'
import type { EngineApi } from './engine/api.ts'
import { statusOf } from './engine/errors.ts'
import { networkNameOf, OWNER } from './labels.ts'

/** The machines' network, made when it is not there. */
export async function ensureNetwork(docker: EngineApi, owner: string, signal: AbortSignal): Promise<void> {
  if (await present(docker, owner, signal)) return
  try {
    await docker.createNetwork({
      Name: networkNameOf(owner),
      CheckDuplicate: true,
      Driver: 'bridge',
      EnableIPv6: false,
      Labels: { [OWNER]: owner },
      // Nothing passes between machines: an agent that broke out of its rules reaches no other machine's engine.
      Options: { 'com.docker.network.bridge.enable_icc': 'false' },
      abortSignal: signal,
    })
  } catch (error) {
    if (statusOf(error) !== 409 || !(await present(docker, owner, signal))) throw error
  }
}

/** Removes it, unless a machine is still on it. */
export async function removeEmptyNetwork(docker: EngineApi, owner: string, signal: AbortSignal): Promise<void> {
  const network = docker.getNetwork(networkNameOf(owner))
  try {
    const { Labels, Containers } = await network.inspect({ abortSignal: signal })
    if (Labels?.[OWNER] !== owner || Object.keys(Containers ?? {}).length > 0) return
    await network.remove({ abortSignal: signal })
  } catch (error) {
    // Gone already, or a machine has joined meanwhile.
    if (statusOf(error) !== 404 && statusOf(error) !== 403) throw error
  }
}

async function present(docker: EngineApi, owner: string, signal: AbortSignal): Promise<boolean> {
  const name = networkNameOf(owner)
  try {
    const { Labels } = await docker.getNetwork(name).inspect({ abortSignal: signal })
    if (Labels?.[OWNER] === owner) return true
    throw new Refused(`the network ${name} is there but carries no label ${OWNER}=${owner}: rename or remove it`)
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}
