import { roundDuration } from '../../kit/units.ts'
import { costText } from './money.ts'
import { timeText } from './words.ts'
import type { Budget, Status } from '../client/types.ts'

/** Something that is not well, in words. */
export interface StatusProblem {
  /** `pool linux`, `scope acme of github`, `machine:host-1`, … */
  readonly about: string
  readonly problem: string
}

/** Queues are read again within a minute or so; older knowledge than this means that reading fails. */
const STALE_MS = 10 * 60_000

/** Waits that no agent or machine will end: a person must change something. */
const NEEDS_A_PERSON = new Set(['unserved', 'refused-origin', 'scope-unusable', 'pool-broken', 'too-large'])

const BAD_MACHINES = ['unreachable', 'failed']

export function problemsOf(status: Status, now: number): StatusProblem[] {
  return [
    ...status.problems.map((problem) => ({ about: 'the service', problem })),
    ...status.pools.flatMap(({ name, broken }) =>
      broken === undefined ? [] : [{ about: `pool ${name}`, problem: broken }],
    ),
    ...BAD_MACHINES.flatMap((state) => machinesIn(state, status.machines[state] ?? 0)),
    ...(hasMachines(status) ? [] : [{ about: 'machines', problem: 'there is none that agents could run on' }]),
    ...status.scopes.flatMap(({ source, name, problem }) =>
      problem === undefined ? [] : [{ about: `scope ${name} of ${source}`, problem }],
    ),
    ...status.backoffs.map(({ target, failures, until, error }) => ({
      about: target,
      problem: `${error} (failed ${failures} ${failures === 1 ? 'time' : 'times'}, next try in ${roundDuration(until - now)})`,
    })),
    ...status.budgets.flatMap((budget) => overspent(budget)),
    ...Object.entries(status.staleness).flatMap(([source, at]) => stale(source, now - at)),
    ...status.waits
      .filter((group) => NEEDS_A_PERSON.has(group.code))
      .map((group) => ({
        about: `${group.count === 1 ? 'a job' : `${group.count} jobs`} of ${group.scope}`,
        problem: group.reason,
      })),
  ]
}

function machinesIn(state: string, count: number): StatusProblem[] {
  if (count === 0) return []
  return [{ about: 'machines', problem: `${count} ${state}; \`slipway machines\` says why` }]
}

function hasMachines(status: Status): boolean {
  const usable = ['ready', 'requested', 'creating', 'booting', 'starting', 'stopped']
  return usable.some((state) => (status.machines[state] ?? 0) > 0)
}

function stale(source: string, age: number): StatusProblem[] {
  if (age <= STALE_MS) return []
  return [{ about: `source ${source}`, problem: `its queue was last read completely ${roundDuration(age)} ago` }]
}

function overspent({ name, spent, limit, hold, renewsAt, unpricedMs, state }: Budget): StatusProblem[] {
  if (state === 'within') return []
  const unpriced = unpricedMs > 0 ? `, and ${roundDuration(unpricedMs)} of machine time without a price` : ''
  const next = state !== 'spent' ? '' : hold ? '; new agents are held' : '; it only warns'
  const problem = `${costText(spent)} of ${costText(limit)} are spent${unpriced}${next}; it renews at ${timeText(renewsAt)}`
  return [{ about: `budget for ${name}`, problem }]
}
