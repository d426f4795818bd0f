import type { Container } from '../../../domain/agent.ts'
import type { Committed, State } from '../../state.ts'

/** The containers of each machine, kept up to date by commits. */
export interface Bodies {
  gather(): void
  note(change: Extract<Committed, { table: 'container' }>): void
  on(machine: string): Container[]
  clear(): void
}

export function createBodies(state: State): Bodies {
  const byMachine = new Map<string, Set<string>>()

  function add({ key, machine }: Container): void {
    const keys = byMachine.get(machine) ?? new Set()
    byMachine.set(machine, keys.add(key))
  }

  return {
    gather() {
      byMachine.clear()
      for (const container of state.containers.values()) add(container)
    },
    note({ now }) {
      if (state.containers.has(now.key)) return add(now)
      const keys = byMachine.get(now.machine)
      keys?.delete(now.key)
      if (keys?.size === 0) byMachine.delete(now.machine)
    },
    on(machine) {
      const keys = [...(byMachine.get(machine) ?? [])]
      return keys.flatMap((key) => state.containers.get(key) ?? [])
    },
    clear: () => byMachine.clear(),
  }
}
