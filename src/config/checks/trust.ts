import { sound, type Parts } from '../parts.ts'
import { registrationScopes } from '../scopes.ts'
import type { PoolSettings } from '../schema/pool.ts'
import type { Check } from './check.ts'

export function zoneOf(pool: PoolSettings): string {
  return typeof pool.trust === 'string' ? pool.trust : pool.trust.zone
}

export const sameOs: Check = (parts) =>
  poolFleets(parts).flatMap(({ path, pool, fleet }) =>
    pool.os === fleet.os
      ? []
      : [
          {
            path,
            reason: `the pool \`${pool.name}\` is for ${pool.os} and the fleet \`${fleet.name}\` runs ${fleet.os}`,
            mend: `Use a fleet with \`os: ${pool.os}\`, or change one of the two.`,
          },
        ],
  )

/** Pools of different trust share no machine, so a fleet belongs to one zone. */
export const sameZone: Check = (parts) =>
  poolFleets(parts).flatMap(({ path, pool, fleet }) =>
    zoneOf(pool) === fleet.trust
      ? []
      : [
          {
            path,
            reason: `the pool \`${pool.name}\` is of the trust zone \`${zoneOf(pool)}\` and the fleet \`${fleet.name}\` of \`${fleet.trust}\``,
            mend: 'Pools of different zones share no machine: give the pool a fleet of its own zone.',
          },
        ],
  )

/** An agent takes whatever its scope hands it, so a scope belongs to one zone too. */
export const oneZoneEachScope: Check = (parts) => {
  const taken = new Map<string, { pool: string; zone: string }>()
  return sound(parts.pools).flatMap(({ path, value: pool }) =>
    registrationScopes(pool, path, parts).flatMap((served) => {
      const key = `${served.source}/${served.scope}`.toLowerCase()
      const first = taken.get(key) ?? { pool: pool.name, zone: zoneOf(pool) }
      taken.set(key, first)
      if (first.zone === zoneOf(pool)) return []
      return [
        {
          path: served.path,
          reason: `pools of two trust zones register in the scope \`${served.scope}\` of \`${served.source}\`: \`${first.pool}\` (${first.zone}) and \`${pool.name}\` (${zoneOf(pool)})`,
          mend: 'A scope hands any job to any agent in it: give each zone a scope (a runner group, a repository) of its own.',
        },
      ]
    }),
  )
}

function poolFleets(parts: Parts) {
  const fleets = sound(parts.fleets).map((item) => item.value)
  return sound(parts.pools).flatMap(({ path, value: pool }) =>
    pool.fleets.flatMap((name, index) => {
      const fleet = fleets.find((one) => one.name === name)
      return fleet ? [{ path: [...path, 'fleets', index], pool, fleet }] : []
    }),
  )
}
