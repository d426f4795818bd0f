import type { Resources } from '../../domain/resources.ts'
import { noResources } from '../../domain/resources.ts'

/** What every resource of ours carries. */
export interface OurTags {
  readonly owner: string
  readonly fleet: string
  readonly machine: string
  readonly size: Resources
}

type Tags = Readonly<Record<string, string>>

export function tagsOf({ owner, fleet, machine, size }: OurTags, more: Tags = {}): Record<string, string> {
  return {
    ...more,
    'slipway-owner': owner,
    'slipway-fleet': fleet,
    'slipway-machine': machine,
    'slipway-size': `${size.milliCpu}/${size.memory}/${size.disk}`,
  }
}

/** Undefined: not ours, nor anybody's of our kind. Azure keeps no promise about the case of tags' names. */
export function readTags(tags: Tags | undefined): OurTags | undefined {
  const lower = new Map(Object.entries(tags ?? {}).map(([key, value]) => [key.toLowerCase(), value]))
  const owner = lower.get('slipway-owner')
  const fleet = lower.get('slipway-fleet')
  const machine = lower.get('slipway-machine')
  if (!owner || !fleet || !machine) return undefined
  return { owner, fleet, machine, size: readSize(lower.get('slipway-size')) }
}

function readSize(written = ''): Resources {
  const match = /^(\d+)\/(\d+)\/(\d+)$/.exec(written)
  if (!match) return noResources
  return { milliCpu: Number(match[1]), memory: Number(match[2]), disk: Number(match[3]) }
}

/** Names of what is made together with a machine. */
export const partNames = {
  interface: (machine: string) => `${machine}-nic`,
  disk: (machine: string) => `${machine}-os`,
  address: (machine: string) => `${machine}-ip`,
}
