/**
 * `npm run soak -- [--seeds 100000] [--from 1] [--seed N] [--workers N] [--most-failures 5]`
 *
 * Simulates random histories of demand and faults, one for each seed, in as many threads as there are cores. Whatever
 * breaks a promise is printed with what is left of its history when all is left out that does not matter.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { soak, type Soaked } from '../src/simulator/soak.ts'
import { systemClock } from '../src/kit/system-clock.ts'
import { createMemoryStore } from '../src/store/memory/index.ts'
import { silentLogger } from './fakes/ports.ts'

interface Share {
  readonly from: number
  readonly to: number
  readonly step: number
  readonly mostFailures: number
}

type News = { readonly seed: number } | { readonly failure: string } | { readonly total: Soaked }

if (isMainThread) process.exitCode = await main()
else await work(workerData as Share, (news) => parentPort?.postMessage(news, []))

async function work({ from, to, step, mostFailures }: Share, tell: (news: News) => void): Promise<void> {
  const seeds = Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step)
  const options = { seeds, newStore: createMemoryStore, logger: silentLogger, mostFailures }
  const total = await soak({
    ...options,
    onFailure: (failure) => tell({ failure }),
    onSeed: (seed) => tell({ seed }),
  })
  tell({ total })
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
      'most-failures': { type: 'string', default: '5' },
    },
  })
  const from = Number(values.seed ?? values.from)
  const to = values.seed === undefined ? from + Number(values.seeds) : from + 1
  const workers = Math.min(Number(values.workers), to - from)
  const mostFailures = Number(values['most-failures'])
  const began = systemClock.monotonic()
  const shares = Array.from({ length: workers }, (_, i) => ({ from: from + i, to, step: workers, mostFailures }))
  let done = 0
  const totals = await Promise.all(
    shares.map((share) =>
      runWorker(share, (news) => {
        if ('failure' in news) console.log(`${news.failure}\n`)
        if ('seed' in news && ++done % 1000 === 0) console.error(`${done} of ${to - from}`)
      }),
    ),
  )
  return summarize(totals, (systemClock.monotonic() - began) / 1000)
}

function runWorker(share: Share, onNews: (news: News) => void): Promise<Soaked> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share })
    worker.on('message', (news: News) => ('total' in news ? resolve(news.total) : onNews(news)))
    worker.on('error', reject)
  })
}

function summarize(totals: readonly Soaked[], seconds: number): number {
  const sum = (figure: (one: Soaked) => number): number => totals.reduce((all, one) => all + figure(one), 0)
  const failures = totals.flatMap((one) => one.failures)
  const verdict = failures.length === 0 ? 'every promise held' : `${failures.length} broke one: ${failures.join(', ')}`
  console.log(
    `${sum((one) => one.seeds)} histories with ${sum((one) => one.jobs)} jobs and ${sum((one) => one.machines)} machines ` +
      `in ${seconds.toFixed(1)} s, ${Math.round(sum((one) => one.events) / seconds)} events/s: ${verdict}`,
  )
  return failures.length === 0 ? 0 : 1
}
