import type { Endpoint } from '../../domain/ports/provider.ts'
import type { ContainerRuntime, RuntimeEvent, Runtimes } from '../../domain/ports/runtime.ts'

interface Connection {
  readonly endpoint: string
  readonly runtime: ContainerRuntime
  readonly stop: AbortController
}

/** The runtime of each machine, watched from the moment it is known. */
export interface RuntimePool extends Runtimes {
  /** What runtimes are made with has changed: each is made anew when it is next connected. */
  renew(): void
  close(): void
}

export function createRuntimes(
  make: (machine: string, endpoint: Endpoint) => ContainerRuntime,
  onEvent: (machine: string, event: RuntimeEvent) => void,
): RuntimePool {
  const connections = new Map<string, Connection>()

  function forget(machine: string): void {
    const connection = connections.get(machine)
    connections.delete(machine)
    connection?.stop.abort()
    connection?.runtime.close()
  }

  return {
    of: (machine) => connections.get(machine)?.runtime,
    connect(machine, endpoint) {
      const text = JSON.stringify(endpoint)
      if (connections.get(machine)?.endpoint === text) return
      forget(machine)
      const stop = new AbortController()
      const runtime = make(machine, endpoint)
      connections.set(machine, { endpoint: text, runtime, stop })
      runtime.watch((event) => onEvent(machine, event), stop.signal)
    },
    forget,
    renew() {
      for (const [machine, connection] of connections) connections.set(machine, { ...connection, endpoint: '' })
    },
    close() {
      Array.from(connections.keys(), forget)
    },
  }
}
