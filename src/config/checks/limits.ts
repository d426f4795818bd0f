import { formatBytes, formatCpu } from '../../kit/units.ts'
import { sound } from '../parts.ts'
import type { Finding, Path } from '../reading/problem.ts'
import type { Check } from './check.ts'

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
