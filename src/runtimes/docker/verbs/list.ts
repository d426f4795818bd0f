import type Docker from 'dockerode'
import type { ContainerObservation, ContainerPhase } from '../../../domain/ports/runtime.ts'
import type { Engine } from '../context.ts'
import { AGENT, HELPER_OF, labelled, OWNER, POOL } from '../labels.ts'

/**
 * The owner's containers. A helper whose agent is gone is listed as the agent's remains, exited: removing that key
 * removes the helper. So is a probe that an earlier process left; one that runs now is nobody's remains.
 */
export function list(engine: Engine): Promise<readonly ContainerObservation[]> {
  return engine.call('listing containers', engine.deadlines.list, async (signal) => {
    const filters = labelled(`${OWNER}=${engine.owner}`)
    const found = await engine.docker.listContainers({ all: true, filters, abortSignal: signal })
    return observe(found).filter(({ key }) => !engine.probes.has(key))
  })
}

export function observe(
  found: readonly Pick<Docker.ContainerInfo, 'Labels' | 'State'>[],
): readonly ContainerObservation[] {
  const agents = new Map<string, ContainerObservation>()
  for (const { Labels, State } of found) {
    const key = Labels[AGENT]
    if (key) agents.set(key, { key, pool: Labels[POOL] ?? '', phase: phaseOf(State) })
  }
  for (const { Labels } of found) {
    const key = Labels[HELPER_OF]
    if (key && !agents.has(key)) agents.set(key, { key, pool: '', phase: 'exited' })
  }
  return [...agents.values()]
}

function phaseOf(state: string): ContainerPhase {
  if (state === 'created' || state === 'configured' || state === 'initialized') return 'created'
  // `removing` counts too: it has no job any more.
  return state === 'exited' || state === 'dead' || state === 'removing' || state === 'stopped' ? 'exited' : 'running'
}
