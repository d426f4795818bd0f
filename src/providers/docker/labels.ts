import type { Resources } from '../../domain/resources.ts'

/** What is written on all that is made, and found by. */
export const OWNER = 'slipway.owner'
export const FLEET = 'slipway.fleet'
export const MACHINE = 'slipway.machine'
/** Name of the size, and what it was when the machine was made: the configuration may have changed since. */
const SIZE = 'slipway.size'
const RESOURCES = 'slipway.resources'

export interface MachineLabels {
  readonly owner: string
  readonly fleet: string
  readonly machine: string
  readonly sizeName: string
  readonly size: Resources
}

export function labelsOf({ owner, fleet, machine, sizeName, size }: MachineLabels): Record<string, string> {
  return {
    [OWNER]: owner,
    [FLEET]: fleet,
    [MACHINE]: machine,
    [SIZE]: sizeName,
    [RESOURCES]: [size.milliCpu, size.memory, size.disk].join(' '),
  }
}

export function resourcesOf(labels: Readonly<Record<string, string>>): Resources {
  const [milliCpu = 0, memory = 0, disk = 0] = (labels[RESOURCES] ?? '').split(' ').map(Number)
  return { milliCpu, memory, disk }
}

/** Key of an agent's container can't be the same: both are random. */
export function containerNameOf(owner: string, machine: string): string {
  return `slipway-${owner}-${machine}`
}

/** One network for all machines of the owner; they can't reach one another on it. */
export function networkNameOf(owner: string): string {
  return `slipway-machines-${owner}`
}
