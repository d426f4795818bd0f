import { containerName } from '../../../../domain/agent.ts'
import type { Endpoint } from '../../../../domain/ports/provider.ts'
import type { IsolationProof } from '../../../../domain/machine.ts'
import { newId } from '../../../../kit/ids.ts'
import { strictIsolation } from '../../../../domain/pool.ts'
import { housekeeping } from '../../container/host-config.ts'
import type { Engine } from '../../context.ts'
import { HELPER_OF, OWNER } from '../../labels.ts'
import { judgeProbe, PROBE_SCRIPT, probeLanes, probeTargets } from '../../host/probe-verdict.ts'
import { isolatesNeighbours } from './examine.ts'
import { deleteContainer } from '../remove.ts'
import { readTail } from '../tail.ts'

export interface ProbeResult {
  readonly proof: IsolationProof
  readonly detail: string
}

const MOST_ADDRESSES = 2

/** Runs a container like an agent's on the agents' network, which tries to reach what it must not. */
export function probe(engine: Engine, endpoint: Endpoint, image: string): Promise<ProbeResult> {
  return engine.call('probing isolation', engine.deadlines.probe, async (signal) => {
    const { id: imageId } = await engine.images.of(image, signal)
    const network = await engine.networks.shared(signal)
    const targets = probeTargets(await hostAddresses(engine, endpoint, network, signal))
    const key = `probe-${newId(6)}`
    const name = containerName(engine.owner, key)
    const options = {
      Image: imageId,
      Entrypoint: ['/bin/sh', '-c', PROBE_SCRIPT, 'slipway-probe'],
      // Only machines that we made are reached by a name that is not their host's.
      Cmd: probeLanes(targets, endpoint.kind === 'tcp' && endpoint.serverName !== undefined),
      Labels: { [OWNER]: engine.owner, [HELPER_OF]: key },
      HostConfig: {
        NetworkMode: network,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Memory: 256 * 2 ** 20,
        PidsLimit: strictIsolation.pids,
        ...housekeeping,
      },
    }
    engine.probes.add(key)
    try {
      const { id } = await engine.docker.createContainer({ _query: { name }, _body: options, abortSignal: signal })
      const container = engine.docker.getContainer(id)
      await container.start({ abortSignal: signal })
      await container.wait({ abortSignal: signal })
      const output = await readTail(engine, name, 16_384, signal)
      return judgeProbe(targets, output, await isolatesNeighbours(engine, signal))
    } finally {
      // From here on it counts as remains: what this removal misses is found by its label.
      engine.probes.delete(key)
      await engine.call('removing the probe', engine.deadlines.remove, (last) => deleteContainer(engine, name, last))
    }
  })
}

/**
 * Addresses of the host that a container can name: the gateways of its bridges, and the one we reach it by. Two: a
 * rule for one holds for all.
 */
async function hostAddresses(
  engine: Engine,
  endpoint: Endpoint,
  network: string,
  signal: AbortSignal,
): Promise<string[]> {
  const networks = await engine.docker.listNetworks({ filters: { driver: ['bridge'] }, abortSignal: signal })
  // The agents' own bridge first.
  const ownFirst = networks.sort((a, b) => Number(b.Name === network) - Number(a.Name === network))
  const gateways = ownFirst.flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Gateway }) => Gateway))
  const ours = endpoint.kind === 'unix' ? [] : [endpoint.host]
  const loopback = /^(localhost|127\.|::1)/
  const named = [...ours, ...gateways].filter((host): host is string => !!host && !loopback.test(host))
  return [...new Set(named)].slice(0, MOST_ADDRESSES)
}
