import { randomUUID } from 'node:crypto'
import type { Estate } from '../estate.ts'
import { nicType, vmType, type Names } from '../names.ts'
import type { Vm } from '../records.ts'
import type { VmOrder } from './order.ts'
import { makeParts } from './parts.ts'

export interface Maker {
  /** Puts the VM and its parts there. */
  make(resourceGroup: string, name: string, order: VmOrder): Vm
}

export function createMaker(estate: Estate, names: Names, wall: () => number): Maker {
  let addresses = 0

  function nextAddress(): string {
    addresses += 1
    return `10.20.${Math.floor(addresses / 250)}.${4 + (addresses % 250)}`
  }

  return {
    make(resourceGroup, name, order) {
      const { body, size, spot, zone } = order
      const suffix = randomUUID().slice(0, 8)
      const { disk, network } = makeParts(order, { names, resourceGroup, name, suffix, nextAddress })
      for (const part of [disk, ...network]) estate.parts.put(part)
      const vm: Vm = {
        id: names.id(resourceGroup, vmType, name),
        vmId: randomUUID(),
        name,
        resourceGroup,
        location: body.location ?? '',
        body,
        tags: body.tags ?? {},
        size,
        spot,
        ...(zone !== undefined && { zone }),
        createdAt: wall(),
        provisioning: 'Creating',
        hibernated: false,
        nics: network.filter(({ type }) => type === nicType).map(({ id }) => id),
        disk: disk.id,
        events: { DocumentIncarnation: 1, Events: [] },
        extensions: new Map(),
      }
      estate.vms.put(vm)
      return vm
    },
  }
}
