import type { Container } from '../domain/agent.ts'
import type { Machine } from '../domain/machine.ts'
import { addResources, noResources, type Resources } from '../domain/resources.ts'
import type { Instruments } from './instruments.ts'

export interface MachinesSnapshot {
  readonly machines: Iterable<Machine>
  readonly containers: Iterable<Container>
}

/** What of a fleet's room is there and what is promised to containers. */
export function createMachineGauges(make: Instruments): (snapshot: MachinesSnapshot) => void {
  const machines = make.gauge('machines', 'Live machines.', ['fleet', 'state'])
  const cordoned = make.gauge('machines_cordoned', 'Machines that get no new agents.', ['fleet'])
  const isolation = make.gauge('machines_isolation', 'Machines by what the probe of their isolation found.', [
    'fleet',
    'proof',
  ])
  const cpus = make.gauge('fleet_cpus', 'CPUs of ready machines.', ['fleet', 'part'])
  const memory = make.gauge('fleet_memory_bytes', 'Memory of ready machines.', ['fleet', 'part'])
  const disk = make.gauge('fleet_disk_bytes', 'Disk of ready machines.', ['fleet', 'part'])
  const own = [machines, cordoned, isolation, cpus, memory, disk]

  function room(fleet: string, part: 'allocatable' | 'promised', resources: Resources): void {
    cpus.inc({ fleet, part }, resources.milliCpu / 1000)
    memory.inc({ fleet, part }, resources.memory)
    disk.inc({ fleet, part }, resources.disk)
  }

  return (snapshot) => {
    for (const gauge of own) gauge.reset()
    const promised = new Map<string, Resources>()
    for (const { machine, resources } of snapshot.containers)
      promised.set(machine, addResources(promised.get(machine) ?? noResources, resources))
    for (const machine of snapshot.machines) {
      const { fleet, state } = machine
      machines.inc({ fleet, state })
      isolation.inc({ fleet, proof: machine.isolation })
      cordoned.inc({ fleet }, machine.cordon ? 1 : 0)
      if (state !== 'ready') continue
      room(fleet, 'allocatable', machine.allocatable)
      room(fleet, 'promised', promised.get(machine.key) ?? noResources)
    }
  }
}
