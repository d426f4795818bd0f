import type { Container } from '../../domain/agent.ts'
import type { Machine, MachineState } from '../../domain/machine.ts'
import { add, type Counted } from '../counted.ts'
import { seconds, type Instruments } from '../instruments.ts'

export interface MachinesSnapshot {
  readonly machines: readonly Machine[]
  readonly containers: readonly Container[]
}

/** What there is of one fleet. */
interface Standing {
  readonly states: Counted
  readonly proofs: Counted
  /** Since when the machine that has been in the state for longest is in it, by state. */
  readonly since: Map<MachineState, number>
  cordoned: number
  /** Since when the oldest machine that we made costs. */
  oldest: number
  readonly allocatable: Room
  readonly promised: Room
}

interface Room {
  milliCpu: number
  memory: number
  disk: number
}

/** Machines by how they stand, and what of a fleet's room is promised to containers. `now`: wall time. */
export function createMachineGauges(make: Instruments): (snapshot: MachinesSnapshot, now: number) => void {
  const machines = make.gauge('machines', 'Live machines.', ['fleet', 'state'])
  const longest = make.gauge('machines_longest_in_state_seconds', 'How long one of them has been in its state.', [
    'fleet',
    'state',
  ])
  const oldest = make.gauge('machines_oldest_seconds', 'Age of the oldest machine that was made.', ['fleet'])
  const cordoned = make.gauge('machines_cordoned', 'Machines that get no new agents.', ['fleet'])
  const isolation = make.gauge('machines_isolation', 'Machines by what the probe of their isolation found.', [
    'fleet',
    'proof',
  ])
  const cpus = make.gauge('fleet_cpus', 'CPUs of ready machines.', ['fleet', 'part'])
  const memory = make.gauge('fleet_memory_bytes', 'Memory of ready machines.', ['fleet', 'part'])
  const disk = make.gauge('fleet_disk_bytes', 'Disk of ready machines.', ['fleet', 'part'])
  const own = [machines, longest, oldest, cordoned, isolation, cpus, memory, disk]

  function show(fleet: string, standing: Standing, now: number): void {
    for (const [state, count] of standing.states) machines.set({ fleet, state }, count)
    for (const [state, since] of standing.since) longest.set({ fleet, state }, seconds(now - since))
    for (const [proof, count] of standing.proofs) isolation.set({ fleet, proof }, count)
    cordoned.set({ fleet }, standing.cordoned)
    if (standing.oldest < Infinity) oldest.set({ fleet }, seconds(now - standing.oldest))
    for (const part of ['allocatable', 'promised'] as const) {
      cpus.set({ fleet, part }, standing[part].milliCpu / 1000)
      memory.set({ fleet, part }, standing[part].memory)
      disk.set({ fleet, part }, standing[part].disk)
    }
  }

  return (snapshot, now) => {
    for (const gauge of own) gauge.reset()
    for (const [fleet, standing] of standings(snapshot)) show(fleet, standing, now)
  }
}

function standings({ machines, containers }: MachinesSnapshot): Map<string, Standing> {
  const fleets = new Map<string, Standing>()
  const promised = new Map<string, Room>()
  for (const machine of machines) {
    let standing = fleets.get(machine.fleet)
    if (!standing) {
      standing = nothing()
      fleets.set(machine.fleet, standing)
    }
    note(standing, machine)
    if (machine.state !== 'ready') continue
    widen(standing.allocatable, machine.allocatable)
    promised.set(machine.key, standing.promised)
  }
  for (const { machine, resources } of containers) {
    const room = promised.get(machine)
    if (room) widen(room, resources)
  }
  return fleets
}

function note(standing: Standing, { state, stateAt, isolation, cordon, made, createdAt }: Machine): void {
  add(standing.states, state)
  add(standing.proofs, isolation)
  if (cordon) standing.cordoned++
  standing.since.set(state, Math.min(standing.since.get(state) ?? Infinity, stateAt))
  if (made) standing.oldest = Math.min(standing.oldest, made.acceptedAt ?? createdAt)
}

function widen(room: Room, by: Room): void {
  room.milliCpu += by.milliCpu
  room.memory += by.memory
  room.disk += by.disk
}

function nothing(): Standing {
  const room = (): Room => ({ milliCpu: 0, memory: 0, disk: 0 })
  return {
    states: new Map(),
    proofs: new Map(),
    since: new Map(),
    cordoned: 0,
    oldest: Infinity,
    allocatable: room(),
    promised: room(),
  }
}
