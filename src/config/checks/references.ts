import { namesOf, sound } from '../parts.ts'
import { nearest } from '../reading/nearest.ts'
import type { Finding, Path } from '../reading/problem.ts'
import { scopeNames } from '../scopes.ts'
import type { Check } from './check.ts'

export const missingFleets: Check = ({ pools, fleets }) =>
  sound(pools).flatMap(({ path, value }) =>
    value.fleets.flatMap((fleet, index) => unknownName([...path, 'fleets', index], 'fleet', fleet, namesOf(fleets))),
  )

export const missingSources: Check = ({ pools, sources }) =>
  sound(pools).flatMap(({ path, value }) =>
    value.serves.flatMap(({ source }, index) =>
      unknownName([...path, 'serves', index, 'source'], 'source', source, namesOf(sources)),
    ),
  )

export const missingScopes: Check = ({ pools, sources }) =>
  sound(pools).flatMap(({ path, value }) =>
    value.serves.flatMap(({ source: name, scope }, index) => {
      const source = sound(sources).find((item) => item.value.name === name)?.value
      if (!source || scope === undefined) return []
      const at = [...path, 'serves', index, 'scope']
      if (source.kind === 'http') {
        return [{ path: at, reason: `the source \`${name}\` has no scopes`, mend: 'Remove `scope`.' }]
      }
      return unknownName(at, 'scope', scope, scopeNames(source))
    }),
  )

export const repeatedReferences: Check = ({ pools }) =>
  sound(pools).flatMap(({ path, value }) => {
    const served = value.serves.map(({ source, scope }) => (scope === undefined ? source : `${source}/${scope}`))
    return [repeats([...path, 'fleets'], value.fleets), repeats([...path, 'serves'], served)].flat()
  })

export function unknownName(path: Path, what: string, name: string, known: readonly string[]): Finding[] {
  if (known.includes(name)) return []
  const like = nearest(name, known)
  const list = known.length > 0 ? `There are: ${known.join(', ')}.` : `The file has no ${what}.`
  return [{ path, reason: `there is no ${what} \`${name}\``, mend: list, ...(like !== undefined && { nearest: like }) }]
}

function repeats(path: Path, names: readonly string[]): Finding[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: [...path, index], reason: `\`${name}\` is named twice`, mend: 'Name it once.' }],
  )
}
