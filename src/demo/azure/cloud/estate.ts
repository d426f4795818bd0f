import { addressType, sameName } from './names.ts'
import type { Part, Vm } from './records.ts'

/** Everything that exists now, by id; case of ids does not count. */
export interface Estate {
  readonly vms: Shelf<Vm>
  readonly parts: Shelf<Part>
  /** Interfaces, disks and addresses that hang on the VM, straight or by an interface. */
  partsOf(vm: Vm): readonly Part[]
  /** Takes a VM away; its parts go along where they were told to, and are let go else: all are if `forgets`. */
  removeVm(vm: Vm, forgets?: boolean): void
  /** Parts without a VM that were made with one that any tag names as the owner's. */
  leaks(owner: string): readonly Part[]
}

export interface Shelf<T extends { readonly id: string }> {
  put(item: T): void
  get(id: string): T | undefined
  remove(id: string): void
  all(): readonly T[]
}

export function createEstate(): Estate {
  const vms = createShelf<Vm>()
  const parts = createShelf<Part>()

  function hangingOn(id: string): Part[] {
    return parts.all().filter(({ attachedTo }) => sameName(attachedTo, id))
  }

  function partsOf(vm: Vm): Part[] {
    const own = hangingOn(vm.id)
    return [...own, ...own.flatMap(({ id }) => hangingOn(id))]
  }

  function letGo(id: string, forgets: boolean): void {
    for (const part of hangingOn(id)) {
      if (part.goesAlong && !forgets) {
        parts.remove(part.id)
        letGo(part.id, forgets)
      } else if (part.type !== addressType) part.attachedTo = undefined
    }
  }

  return {
    vms,
    parts,
    partsOf,
    removeVm(vm, forgets = false) {
      vms.remove(vm.id)
      letGo(vm.id, forgets)
    },
    leaks(owner) {
      const held = new Set(vms.all().flatMap((vm) => partsOf(vm).map(({ id }) => id)))
      return parts.all().filter(({ id, madeWith }) => !held.has(id) && Object.values(madeWith.tags).includes(owner))
    },
  }
}

function createShelf<T extends { readonly id: string }>(): Shelf<T> {
  const items = new Map<string, T>()
  return {
    put: (item) => void items.set(item.id.toLowerCase(), item),
    get: (id) => items.get(id.toLowerCase()),
    remove: (id) => void items.delete(id.toLowerCase()),
    all: () => [...items.values()],
  }
}
