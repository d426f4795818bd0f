import { fitsWithin, subtractResources, type Resources } from '../../domain/resources.ts'
import { formatBytes, formatCpu } from '../../kit/units.ts'
import { sound } from '../parts.ts'
import type { Finding, Path } from '../reading/problem.ts'
import type { PoolSettings } from '../schema/pool.ts'
import type { FleetConfig } from '../schema/root.ts'
import type { Check } from './check.ts'

interface Size {
  readonly cpu: number
  readonly memory: number
  readonly disk: number
}

/** A machine that the fleet has or may have. */
interface Sized {
  readonly path: Path
  /** `the host \`here\``, `a machine of size \`small\`` */
  readonly words: string
  /** Absent: it is measured, or its provider tells. */
  readonly size?: Size
}

export const reserveWithinSize: Check = ({ fleets }) =>
  sound(fleets).flatMap(({ path, value: fleet }) =>
    machinesOf(fleet, path).flatMap((machine) => {
      if (!machine.size || fitsWithin(inDomain(fleet.reserve), inDomain(machine.size))) return []
      return [
        {
          path: machine.path,
          reason: `${machine.words} (${sizeText(machine.size)}) is smaller than what the fleet reserves for the system (${sizeText(fleet.reserve)})`,
          mend: 'Correct its size, or lower `reserve`.',
        },
      ]
    }),
  )

/** Says so only when every machine states its size: what is learnt later may be larger. */
export const poolFitsSomewhere: Check = ({ pools, fleets }) =>
  sound(pools).flatMap(({ path, value: pool }) => {
    const known = sound(fleets).map((item) => item.value)
    const mine = pool.fleets.map((name) => known.find((fleet) => fleet.name === name))
    if (mine.some((fleet) => !fleet || machinesOf(fleet, []).some((machine) => !machine.size))) return []
    const rooms = mine.filter((fleet) => fleet !== undefined).flatMap(roomsOf)
    return neverFits(pool, path, rooms)
  })

/** A size that no pool's agent fits on would be paid for, if ever made, and stay empty. */
export const sizesOfUse: Check = ({ pools, fleets }) =>
  sound(fleets).flatMap(({ path, value: fleet }) => {
    const users = sound(pools).filter(({ value }) => value.fleets.includes(fleet.name))
    if (fleet.provider === 'static' || users.length === 0) return []
    return machinesOf(fleet, path).flatMap(({ path: at, words, size }) => {
      if (!size || users.some(({ value }) => fitsWithin(inDomain(value.resources), roomOf(fleet, size)))) return []
      return [
        {
          path: at,
          reason: `no agent of any pool fits on ${words} (${sizeText(size)}) of the fleet \`${fleet.name}\``,
          mend: 'Remove the size, enlarge it, or lower `reserve`: what a fleet reserves is not for agents.',
        },
      ]
    })
  })

function neverFits(pool: PoolSettings, path: Path, rooms: readonly Resources[]): Finding[] {
  const wanted = inDomain(pool.resources)
  if (rooms.some((room) => fitsWithin(wanted, room))) return []
  const largest = [...rooms].sort((a, b) => b.milliCpu - a.milliCpu || b.memory - a.memory)[0]
  const most = largest ? sizeText({ cpu: largest.milliCpu, memory: largest.memory, disk: largest.disk }) : 'none'
  return [
    {
      path: [...path, 'resources'],
      reason: `an agent of the pool \`${pool.name}\` (${sizeText(pool.resources)}) fits on no machine of its fleets; the largest has ${most} for agents`,
      mend: 'Ask for less, or add a larger machine; what a fleet reserves is not for agents.',
    },
  ]
}

/** All that the file says of the fleet's machines; one without a size where only the provider knows them. */
function machinesOf(fleet: FleetConfig, path: Path): Sized[] {
  switch (fleet.provider) {
    case 'static':
      return fleet.hosts.map(({ name, size }, index) => ({
        path: [...path, 'hosts', index, 'size'],
        words: `the host \`${name}\``,
        ...(size && { size }),
      }))
    case 'docker':
      return fleet.sizes.map((size, index) => ({
        path: [...path, 'sizes', index],
        words: `a machine of the size \`${size.name}\``,
        size,
      }))
    case 'azure':
      return fleet.sizes.map((size, index) => ({
        path: [...path, 'sizes', index],
        words: `a machine of the size \`${size}\``,
      }))
  }
}

function roomsOf(fleet: FleetConfig): Resources[] {
  return machinesOf(fleet, []).flatMap(({ size }) => (size ? [roomOf(fleet, size)] : []))
}

function roomOf(fleet: FleetConfig, size: Size): Resources {
  return subtractResources(inDomain(size), inDomain(fleet.reserve))
}

function inDomain(size: Size): Resources {
  return { milliCpu: size.cpu, memory: size.memory, disk: size.disk }
}

function sizeText(size: Size): string {
  return `${formatCpu(size.cpu)} CPU, ${formatBytes(size.memory)} memory, ${formatBytes(size.disk)} disk`
}
