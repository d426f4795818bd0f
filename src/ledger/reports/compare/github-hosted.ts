import type { HostedRunner } from '../../../domain/costs/compare.ts'
import type { ComparedCost } from '../../../domain/costs/report.ts'
import type { Os } from '../../../domain/pool.ts'
import { createMissing, givenByHand, type Comparer, type Installation } from './comparer.ts'

/**
 * The same jobs on runners that GitHub hosts: each job's minutes, rounded up, at the price of the smallest one that is
 * as large as what its agent was given.
 */
export function createHostedComparer({ pools, fleets, costless, compare }: Installation): Comparer {
  const { asOf, perMinute } = compare.githubHosted
  const missing = createMissing()
  const osOf = (keys: Readonly<Record<string, string | number | undefined>>): Os | undefined =>
    (pools.find(({ name }) => name === keys['pool']) ?? fleets.find(({ name }) => name === keys['fleet']))?.os

  const leaveOut = (why: string, jobs: number): ComparedCost => {
    missing.add(why, jobs)
    return { with: 'github-hosted', amounts: [], jobs: 0, jobsMissing: jobs }
  }

  return {
    cost({ keys, jobs, minutes }) {
      // Its own cost is in no sum of ours: to count it on the other side alone would flatter us.
      if (costless.has(String(keys.fleet))) return leaveOut(givenByHand(String(keys.fleet)), jobs)
      const os = osOf(keys)
      if (!os)
        return leaveOut(`the system of pool ${keys.pool} is not known: it is no longer in the configuration`, jobs)
      const [milliCpu, memory] = [Number(keys.milliCpu), Number(keys.memory)]
      const runner = smallestFor(perMinute, os, milliCpu, memory)
      const size = `${milliCpu / 1000} CPUs and ${Math.ceil(memory / 2 ** 30)} GiB`
      if (!runner) return leaveOut(`no hosted runner for ${os} has ${size}`, jobs)
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
