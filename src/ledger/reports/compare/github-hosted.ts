import type { HostedRunner } from '../../../domain/costs/compare.ts'
import type { Os } from '../../../domain/pool.ts'
import { createMissing, type Comparer, type Installation } from './comparer.ts'

/**
 * The same jobs on runners that GitHub hosts: each job's minutes, rounded up, at the price of the smallest one that is
 * as large as what its agent was given.
 */
export function createHostedComparer({ pools, fleets, compare: { githubHosted } }: Installation): Comparer {
  const { asOf, perMinute } = githubHosted
  const missing = createMissing()
  const osOf = (keys: Readonly<Record<string, string | number | undefined>>): Os | undefined =>
    (pools.find(({ name }) => name === keys['pool']) ?? fleets.find(({ name }) => name === keys['fleet']))?.os

  return {
    cost({ keys, jobs, minutes }) {
      const os = osOf(keys)
      const [milliCpu, memory] = [Number(keys.milliCpu), Number(keys.memory)]
      const runner = os && smallestFor(perMinute, os, milliCpu, memory)
      if (!runner) {
        const size = `${milliCpu / 1000} CPUs and ${Math.ceil(memory / 2 ** 30)} GiB`
        const what = os
          ? `no hosted runner for ${os} has ${size}`
          : `the system of pool ${keys.pool} is not known: it is no longer in the configuration`
        missing.add(what, jobs)
        return { with: 'github-hosted', amounts: [], jobs: 0, jobsMissing: jobs }
      }
      const { nanos, currency } = runner.price
      const amount = { currency, nanos: String(nanos * BigInt(minutes)) }
      return { with: 'github-hosted', amounts: [amount], jobs, jobsMissing: 0 }
    },
    summary: () => ({
      with: 'github-hosted',
      how: 'each job on the smallest runner hosted by GitHub that is as large as what its agent was given, its run time rounded up to whole minutes',
      asOf,
      atLeast: missing.words().length > 0,
      missing: missing.words(),
    }),
  }
}

/** The cheapest that is large enough; of equal ones, the first of the table. */
function smallestFor(
  table: readonly HostedRunner[],
  os: Os,
  milliCpu: number,
  memory: number,
): HostedRunner | undefined {
  const fit = table.filter((runner) => runner.os === os && runner.milliCpu >= milliCpu && runner.memory >= memory)
  return fit.sort((a, b) => (a.price.nanos < b.price.nanos ? -1 : a.price.nanos > b.price.nanos ? 1 : 0))[0]
}
