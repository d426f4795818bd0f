import type { Engine } from '../../context.ts'

/** A volume that the bootstrap makes as its last step. */
const MARK = 'slipway-ready'

export function bootstrapped(engine: Engine): Promise<boolean> {
  return engine.call('looking for the mark of the bootstrap', engine.deadlines.list, async (abortSignal) => {
    const { Volumes } = await engine.docker.listVolumes({ filters: { name: [MARK] }, abortSignal })
    return (Volumes ?? []).some(({ Name }) => Name === MARK)
  })
}
