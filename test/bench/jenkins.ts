import type { JenkinsStandIn } from '../../src/demo/jenkins/index.ts'
import { openJenkinsBench } from '../fakes/jenkins-bench.ts'
import { atMost, quantile, rounded, type Benchmark } from './benchmark.ts'

const minutes = 20
const builds = 40

/**
 * What the source asks of a controller, on virtual time: the real reconciler and source before the stand-in. Readings a
 * minute with 0, 100 and 1,000 items in the queue that nobody serves; then builds one after the other, all requests but
 * readings shared among them; and how long it takes from queued to an agent's container running.
 */
export const jenkins: Benchmark = {
  goals: {
    spread: atMost(0.05),
    requests_per_build: atMost(6),
  },
  run: async (say) => {
    const rates: number[] = []
    for (const items of [0, 100, 1000]) {
      const rate = await readingsPerMinute(items)
      say(`${items} items queued: ${rounded(rate, 2)} requests a minute`)
      rates.push(rate)
    }
    const [none = 0, hundred = 0, thousand = 0] = rates
    const { requests, startMs } = await costOfBuilds()
    return {
      requests_per_minute_0: rounded(none, 2),
      requests_per_minute_100: rounded(hundred, 2),
      requests_per_minute_1000: rounded(thousand, 2),
      spread: rounded((Math.max(...rates) - Math.min(...rates)) / none),
      requests_per_build: rounded(requests, 2),
      start_ms_p50: rounded(quantile(startMs, 0.5), 0),
      start_ms_p90: rounded(quantile(startMs, 0.9), 0),
    }
  },
}

const isReading = ({ path }: { readonly path: string }): boolean => /^(?:queue|computer)\/api\/json/.test(path)

async function readingsPerMinute(items: number): Promise<number> {
  await using bench = await openJenkinsBench()
  for (let at = 0; at < items; at += 1) bench.controller.submit({ job: `job${at}`, label: 'nobody' })
  await bench.run(60_000)
  bench.controller.requests.length = 0
  await bench.run(minutes * 60_000)
  return bench.controller.requests.length / minutes
}

async function costOfBuilds(): Promise<{ requests: number; startMs: number[] }> {
  await using bench = await openJenkinsBench()
  const startMs: number[] = []
  bench.controller.requests.length = 0
  for (let at = 0; at < builds; at += 1) {
    const queued = bench.clock.monotonic()
    bench.controller.submit({ job: `job${at}`, label: 'gpu', ms: 20_000 })
    await connected(bench.controller, () => bench.run(250))
    startMs.push(bench.clock.monotonic() - queued)
    // Out of step with the readings.
    await bench.run(60_000 + 250 * (at % 20))
  }
  const requests = bench.controller.requests.filter((request) => !isReading(request)).length
  return { requests: requests / builds, startMs }
}

async function connected(controller: JenkinsStandIn, step: () => Promise<void>): Promise<void> {
  const seen: string[] = []
  const end = controller.on('agent-connected', ({ node }) => void seen.push(node.name))
  while (seen.length === 0) await step()
  end()
}
