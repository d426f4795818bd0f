import { givenHosts } from '../fleet.ts'
import { sound, type Item } from '../parts.ts'
import { pathText, type Finding, type Path } from '../reading/problem.ts'
import { scopeNames } from '../scopes.ts'
import type { Check } from './check.ts'

/** Sources, fleets and pools are told apart by name; registries by host. */
export const duplicateNames: Check = (parts) => [
  ...duplicatesIn(parts.sources, 'source'),
  ...duplicatesIn(parts.fleets, 'fleet'),
  ...duplicatesIn(parts.pools, 'pool'),
  ...duplicates(
    sound(parts.registries).map(({ path, value }) => ({ path: [...path, 'host'], name: value.host })),
    'registry',
  ),
]

/** Hosts are machines, and a machine's name is unique in the installation, not just in its fleet. */
export const duplicateHosts: Check = ({ fleets }) =>
  duplicates(
    sound(fleets).flatMap(({ path, value }) =>
      givenHosts(value).map((host, index) => ({ path: [...path, 'hosts', index, 'name'], name: host.name })),
    ),
    'host',
  )

/** Two ways to one engine would count its room twice. */
export const duplicateEngines: Check = ({ fleets }) =>
  duplicates(
    sound(fleets).flatMap(({ path, value }) =>
      givenHosts(value).map((host, index) => ({ path: [...path, 'hosts', index, 'url'], name: host.url })),
    ),
    'engine',
  )

export const duplicateScopes: Check = ({ sources }) =>
  sound(sources).flatMap(({ path, value }) =>
    duplicates(
      scopeNames(value).map((name, index) => ({ path: [...path, 'scopes', index], name: name.toLowerCase() })),
      'scope',
    ),
  )

function duplicatesIn(list: readonly Item<unknown>[], what: string): Finding[] {
  return duplicates(
    list.flatMap(({ path, name }) => (name === undefined ? [] : [{ path: [...path, 'name'], name }])),
    what,
  )
}

function duplicates(named: readonly { readonly path: Path; readonly name: string }[], what: string): Finding[] {
  const first = new Map<string, Path>()
  return named.flatMap(({ path, name }) => {
    const earlier = first.get(name)
    if (!earlier) {
      first.set(name, path)
      return []
    }
    const reason = `the ${what} \`${name}\` is there twice, first at ${pathText(earlier)}`
    return [{ path, reason, mend: `Every ${what} stands in the file once; rename or remove one.` }]
  })
}
