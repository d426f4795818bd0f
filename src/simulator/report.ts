import type { Fleet } from '../domain/fleet.ts'
import type { Pool } from '../domain/pool.ts'
import type { Moment } from './history/history.ts'
import type { Course } from './simulate.ts'

/** What happened shortly before the first violation, at most. */
const mostNotes = 60

/** What a person needs who looks for the cause: how to see it again, what is left of the history, what was done. */
export function describeFailure(found: Course, shrunk: Course): string {
  const first = shrunk.violations[0]
  if (!first) return `seed ${found.history.seed}: every promise held`
  const { setup, moments, seed } = shrunk.history
  const before = shrunk.notes.filter(({ at }) => at <= first.at).slice(-mostNotes)
  return [
    `seed ${seed} breaks a promise; see it again with: npm run soak -- --seed ${seed}`,
    ...found.violations.slice(0, 3).map(({ at, rule, words }) => `  ${clockWords(at)} ${rule}: ${words}`),
    `shrunk from ${found.history.moments.length} happenings to ${moments.length}:`,
    `  ${clockWords(first.at)} ${first.rule}: ${first.words}`,
    ...setup.fleets.map((fleet) => `  ${fleetWords(fleet, [...setup.hosts.keys()])}`),
    ...setup.pools.map((pool) => `  ${poolWords(pool)}`),
    ...moments.map((moment) => `  ${momentWords(moment)}`),
    'what was done before it:',
    ...before.map(({ at, words }) => `  ${clockWords(at)} ${words}`),
  ].join('\n')
}

function clockWords(ms: number): string {
  return `${(ms / 1000).toFixed(3).padStart(9)} s`
}

function fleetWords({ name, limits, elastic }: Fleet, hosts: readonly string[]): string {
  const what = elastic ? JSON.stringify(elastic) : `machines ${hosts.join(', ')}`
  return `fleet ${name}: limits ${JSON.stringify(limits, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}, ${what}`
}

function poolWords({ name, limits, warm, fleets }: Pool): string {
  return `pool ${name}: limits ${JSON.stringify(limits)}, warm ${JSON.stringify(warm)}, on ${fleets.join(', ')}`
}

function momentWords({ at, what }: Moment): string {
  const { do: verb, ...rest } = what
  return `${clockWords(at)} ${verb} ${JSON.stringify(rest)}`
}
