import { strictIsolation } from '../../domain/pool.ts'
import { sound } from '../parts.ts'
import type { Path } from '../reading/problem.ts'
import type { PoolSettings } from '../schema/pool.ts'
import type { Check } from './check.ts'

/** What one system's containers can't do is refused, rather than left out: somebody relies on it. */
export const isolationOfItsSystem: Check = ({ pools }) =>
  sound(pools).flatMap(({ path, value: pool }) =>
    foreignOptions(pool).map((option) => ({
      path: [...path, ...option],
      reason: `\`${option.join('.')}\` is for ${pool.os === 'windows' ? 'Linux' : 'Windows'} containers, and the pool \`${pool.name}\` is for ${pool.os}`,
      mend: 'Remove it, or change `os`.',
    })),
  )

function foreignOptions({ os, isolation, containers }: PoolSettings): Path[] {
  if (os === 'linux') return isolation.windows === undefined ? [] : [['isolation', 'windows']]
  return [
    ...(isolation.sudo ? [['isolation', 'sudo']] : []),
    ...(isolation.capabilities.length > 0 ? [['isolation', 'capabilities']] : []),
    ...(isolation.pids === strictIsolation.pids ? [] : [['isolation', 'pids']]),
    ...(containers === 'dind' ? [['containers']] : []),
  ]
}
