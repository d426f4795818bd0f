import type Docker from 'dockerode'
import { networkInterfaces } from 'node:os'
import { SlipwayError } from '../domain/errors.ts'

/**
 * An address of this machine that containers of the engine can reach: the bridge's own where the engine runs beside
 * us, else (rootless, or in a VM of its own) that of the machine's network.
 */
export async function reachableAddress(docker: Docker): Promise<string> {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const gateway = await bridgeGateway(docker)
  if (gateway !== undefined && own.some(({ address }) => address === gateway)) return gateway
  const outward = own.find(({ family, internal }) => family === 'IPv4' && !internal)
  if (outward) return outward.address
  throw new SlipwayError('this machine has no address that containers could reach: connect it to a network')
}

async function bridgeGateway(docker: Docker): Promise<string | undefined> {
  // Podman calls its own `podman`.
  for (const name of ['bridge', 'podman']) {
    try {
      const { IPAM } = (await docker.getNetwork(name).inspect()) as { IPAM?: { Config?: { Gateway?: string }[] } }
      const gateway = IPAM?.Config?.[0]?.Gateway
      if (gateway) return gateway
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error
    }
  }
  return undefined
}
