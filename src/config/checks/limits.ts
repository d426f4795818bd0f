import { fitsWithin, subtractResources, type Resources } from '../../domain/resources.ts'
import { formatBytes, formatCpu } from '../../kit/units.ts'
import { sound } from '../parts.ts'
import type { Finding, Path } from '../reading/problem.ts'
import type { PoolSettings } from '../schema/pool.ts'
import type { FleetConfig } from '../schema/root.ts'
import type { Check } from './check.ts'

type Size = { readonly cpu: number; readonly memory: number; readonly disk: number }

export const limitsWithinLimits: Check = ({ pools }) =>
  sound(pools).flatMap(({ path, value: { limits } }) =>
    (['perScope', 'perRepository'] as const).flatMap((key) =>
      atMost([...path, 'limits', key], limits[key], limits.agents, 'limits.agents'),
    ),
  )

/** What is held warm counts against the limit like everything else. */
export const warmWithinLimits: Check = ({ pools }) =>
  sound(pools).flatMap(({ path, value: { warm, limits } }) =>
    [
      atMost([...path, 'warm', 'agents'], warm.agents, limits.agents, 'limits.agents'),
      atMost([...path, 'warm', 'agents'], warm.agents, limits.perScope, 'limits.perScope'),
      atMost([...path, 'warm', 'standby'], warm.standby, limits.agents, 'limits.agents'),
    ].flat(),
  )

export const resourcesWithinBounds: Check = ({ pools }) =>
  sound(pools).flatMap(({ path, value: { resources, maxResources } }) =>
    (['cpu', 'memory', 'disk'] as const).flatMap((key) =>
      atMostSize(
        [...path, 'resources', key],
        resources[key],
        maxResources[key],
        `maxResources.${key}`,
        key === 'cpu' ? formatCpu : formatBytes,
      ),
    ),
  )

/** Nothing fits into a container without CPU or memory. */
export const someResources: Check = ({ pools }) =>
  sound(pools).flatMap(({ path, value: { resources } }) =>
    (['cpu', 'memory'] as const)
      .filter((key) => resources[key] === 0)
      .map((key) => ({
        path: [...path, 'resources', key],
        reason: `an agent needs some ${key}`,
        mend: 'Give it more than 0.',
      })),
  )

export const reserveWithinSize: Check = ({ fleets }) =>
  sound(fleets).flatMap(({ path, value: fleet }) =>
    fleet.hosts.flatMap((host, index) => {
      if (!host.size || fitsWithin(inDomain(fleet.reserve), inDomain(host.size))) return []
      return [
        {
          path: [...path, 'hosts', index, 'size'],
          reason: `the host \`${host.name}\` (${sizeText(host.size)}) is smaller than what the fleet reserves for the system (${sizeText(fleet.reserve)})`,
          mend: 'Correct its size, or lower `reserve`.',
        },
      ]
    }),
  )

/** Says so only when every host states its size: what is measured later may be larger. */
export const poolFitsSomewhere: Check = ({ pools, fleets }) =>
  sound(pools).flatMap(({ path, value: pool }) => {
    const known = sound(fleets).map((item) => item.value)
    const mine = pool.fleets.map((name) => known.find((fleet) => fleet.name === name))
    if (mine.some((fleet) => !fleet || fleet.hosts.some((host) => !host.size))) return []
    const rooms = mine.filter((fleet) => fleet !== undefined).flatMap(roomsOf)
    return neverFits(pool, path, rooms)
  })

function neverFits(pool: PoolSettings, path: Path, rooms: readonly Resources[]): Finding[] {
  const wanted = inDomain(pool.resources)
  if (rooms.some((room) => fitsWithin(wanted, room))) return []
  const largest = [...rooms].sort((a, b) => b.milliCpu - a.milliCpu || b.memory - a.memory)[0]
  const most = largest ? sizeText({ cpu: largest.milliCpu, memory: largest.memory, disk: largest.disk }) : 'none'
  return [
    {
      path: [...path, 'resources'],
      reason: `an agent of the pool \`${pool.name}\` (${sizeText(pool.resources)}) fits on no host of its fleets; the largest has ${most} for agents`,
      mend: 'Ask for less, or add a larger host; what a fleet reserves is not for agents.',
    },
  ]
}

function roomsOf(fleet: FleetConfig): Resources[] {
  return fleet.hosts.flatMap((host) =>
    host.size ? [subtractResources(inDomain(host.size), inDomain(fleet.reserve))] : [],
  )
}

function atMost(path: Path, value: number | undefined, bound: number | undefined, boundName: string): Finding[] {
  return atMostSize(path, value, bound, boundName, String)
}

function atMostSize(
  path: Path,
  value: number | undefined,
  bound: number | undefined,
  boundName: string,
  words: (value: number) => string,
): Finding[] {
  if (value === undefined || bound === undefined || value <= bound) return []
  const name = path.slice(-2).join('.')
  return [
    {
      path,
      reason: `\`${name}\` (${words(value)}) is more than \`${boundName}\` (${words(bound)})`,
      mend: 'Lower the one or raise the other.',
    },
  ]
}

function inDomain(size: Size): Resources {
  return { milliCpu: size.cpu, memory: size.memory, disk: size.disk }
}

function sizeText(size: Size): string {
  return `${formatCpu(size.cpu)} CPU, ${formatBytes(size.memory)} memory, ${formatBytes(size.disk)} disk`
}
