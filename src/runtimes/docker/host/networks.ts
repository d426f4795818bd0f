import { createHash } from 'node:crypto'
import { Refused } from '../../../domain/errors.ts'
import { BRIDGE_PREFIX } from '../../../kit/packet-filter/rules.ts'
import type { EngineApi } from '../connection/api.ts'
import { statusOf, wordsOf } from '../connection/errors.ts'
import { HELPER_OF, OWNER } from '../labels.ts'

export interface Networks {
  /** The network of all agents but those with an engine of their own. Made once; its name. */
  shared(signal: AbortSignal): Promise<string>
  /** A network for one agent and its engine; its name. */
  own(key: string, signal: AbortSignal): Promise<string>
  /** Looks again next time: the engine says that the shared network is gone. */
  forget(): void
}

export function createNetworks(docker: EngineApi, owner: string): Networks {
  let made: Promise<string> | undefined
  return {
    shared(signal) {
      made ??= ensureShared(docker, owner, signal).catch((error: unknown) => {
        made = undefined
        throw error
      })
      return made
    },
    own: (key, signal) =>
      ensure(docker, ownNetworkName(owner, key), [ownBridgeName(owner, key)], ownLabels(owner, key), signal),
    forget() {
      made = undefined
    },
  }
}

export function sharedNetworkName(owner: string): string {
  return `slipway-${owner}`
}

function ownNetworkName(owner: string, key: string): string {
  return `slipway-${owner}-${key}`
}

/** At most 15 characters, the kernel's limit. */
function ownBridgeName(owner: string, key: string): string {
  return `${BRIDGE_PREFIX}-${digest(`${owner}/${key}`)}`
}

function ownLabels(owner: string, key: string) {
  return { [OWNER]: owner, [HELPER_OF]: key }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

function ensureShared(docker: EngineApi, owner: string, signal: AbortSignal): Promise<string> {
  // `slw0` may be another owner's on the same engine.
  const bridges = [`${BRIDGE_PREFIX}0`, `${BRIDGE_PREFIX}0${digest(owner)}`]
  return ensure(docker, sharedNetworkName(owner), bridges, { [OWNER]: owner }, signal)
}

async function ensure(
  docker: EngineApi,
  name: string,
  bridges: readonly string[],
  labels: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  if (await present(docker, name, labels, signal)) return name
  for (const bridge of bridges) {
    try {
      await docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        EnableIPv6: false,
        Labels: labels,
        Options: {
          'com.docker.network.bridge.name': bridge,
          // No traffic between the containers of the network.
          'com.docker.network.bridge.enable_icc': 'false',
        },
        abortSignal: signal,
      })
      return name
    } catch (error) {
      if (statusOf(error) === 409 && (await present(docker, name, labels, signal))) return name
      if (!/bridge name|already used by|interface name|networks have same bridge/i.test(wordsOf(error))) throw error
      if (bridge === bridges.at(-1)) throw error
    }
  }
  return name
}

async function present(docker: EngineApi, name: string, labels: Record<string, string>, signal: AbortSignal) {
  try {
    const { Labels } = await docker.getNetwork(name).inspect({ abortSignal: signal })
    if (Labels?.[OWNER] === labels[OWNER]) return true
    throw new Refused(
      `the network ${name} is there but carries no label ${OWNER}=${labels[OWNER]}: rename or remove it`,
    )
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}
