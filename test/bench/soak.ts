import { soak as simulateSeeds } from '../../src/simulator/soak.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { silentLogger } from '../fakes/ports.ts'
import { atLeast, atMost, rounded, type Benchmark } from './benchmark.ts'

const seeds = 300
/** Histories to warm up with: the first ones are spent on compiling. */
const before = 20

/** Random histories of demand and faults, one after another in one thread. */
export const soak: Benchmark = {
  goals: { events_per_second: atLeast(5000), failures: atMost(0) },
  run: async (say) => {
    await run(before, () => {})
    const from = performance.now()
    const { events, failures, jobs, machines } = await run(seeds, say)
    const seconds = (performance.now() - from) / 1000
    say(`${seeds} histories with ${jobs} jobs and ${machines} machines in ${seconds.toFixed(1)} s`)
    return {
      events_per_second: Math.round(events / seconds),
      seeds_per_minute: Math.round((seeds * 60) / seconds),
      ms_per_seed: rounded((seconds * 1000) / seeds, 1),
      failures: failures.length,
    }
  },
}

function run(count: number, say: (line: string) => void) {
  return simulateSeeds({
    seeds: Array.from({ length: count }, (_, i) => i + 1),
    newStore: createMemoryStore,
    logger: silentLogger,
    mostFailures: Infinity,
    onFailure: say,
  })
}
