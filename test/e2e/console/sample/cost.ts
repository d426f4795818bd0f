import type { CostGroup, CostLine, CostReport, CostSum } from '../../../../src/domain/costs/report.ts'

const DAY = 86_400_000
const repositories = ['acme/web', 'acme/api', 'acme/mobile', 'acme/infra', 'acme/docs']

/** So much in all, split as a usual day splits it. */
export function sampleSum(total: bigint): { readonly costs: readonly CostSum[] } {
  const part = (thousandths: bigint): string => String((total * thousandths) / 1000n)
  const wasteBy = {
    boot: part(62n),
    idle: part(118n),
    warm: part(40n),
    start: part(9n),
    drain: part(21n),
    delete: part(12n),
  }
  const waste = Object.values(wasteBy).reduce((sum, nanos) => sum + BigInt(nanos), 0n)
  const jobs = total - waste
  return {
    costs: [
      {
        currency: 'USD',
        jobs: String(jobs),
        waste: String(waste),
        total: String(total),
        perJob: String(jobs / 143n),
        wasteBy,
      },
    ],
  }
}

export function sampleReport(by: CostGroup, since: number, until: number): CostReport {
  const days = Math.round((until - since) / DAY)
  const amounts = Array.from({ length: days }, (_, day) => weekly(since + day * DAY, day))
  const all = amounts.reduce((sum, amount) => sum + amount, 0n)
  const rows =
    by === 'day'
      ? amounts.map((amount, day) => line(new Date(since + day * DAY).toISOString().slice(0, 10), amount))
      : repositories.map((key, index) => line(key, (all * BigInt(38 - index * 8)) / 110n))
  return {
    by,
    since,
    until,
    rows,
    total: line('all', all),
    comparisons: [
      {
        with: 'vm-per-job',
        how: 'each job on a machine of its own, of the cheapest size that holds it, booted for it',
        atLeast: false,
        missing: [],
      },
      {
        with: 'github-hosted',
        how: 'minutes of each job, rounded up',
        asOf: '2026-01-01',
        atLeast: true,
        missing: [],
      },
    ],
    prices: [{ fleet: 'cloud', readAt: until - DAY, stale: false, missing: [] }],
    notes: [],
  }
}

/** Quiet at weekends. */
function weekly(at: number, day: number): bigint {
  const weekday = new Date(at).getUTCDay()
  const busy = weekday === 0 || weekday === 6 ? 2 : 9
  return BigInt(busy * 1_000_000_000 + ((day * 7919) % 13) * 410_000_000)
}

function line(key: string, total: bigint): CostLine {
  const jobs = Number(total / 21_000_000n)
  const amount = (thousandths: bigint) => [{ currency: 'USD', nanos: String((total * thousandths) / 1000n) }]
  return {
    key,
    jobs,
    runMs: jobs * 143_000,
    waitMs: jobs * 8000,
    ...sampleSum(total),
    jobMs: jobs * 60_000,
    wasteMs: jobs * 20_000,
    unpricedMs: 0,
    compared: [
      { with: 'vm-per-job', amounts: amount(2640n), jobs, jobsMissing: 0 },
      { with: 'github-hosted', amounts: amount(4810n), jobs, jobsMissing: 0 },
    ],
  }
}
