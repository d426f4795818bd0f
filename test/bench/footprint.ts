import { readFile } from 'node:fs/promises'
import { atMost, rounded, type Benchmark } from './benchmark.ts'
import { flood } from './load/flood.ts'
import { createMessages } from './load/messages.ts'
import { build, startBuiltService } from './load/server-process.ts'
import { pause } from './load/pause.ts'
import { processorSeconds } from './load/processor-seconds.ts'
import { createSetting } from './load/setting.ts'

const idleMs = 60_000
const windowMs = 30_000
const liveJobs = 10_000

/** What the built service takes with SQLite, GitHub and one host configured: idle, and with a queue that can't move. */
export const footprint: Benchmark = {
  goals: { idle_rss_mb: atMost(150), loaded_rss_mb: atMost(300), idle_cpu_percent: atMost(1) },
  run: async (say) => {
    build()
    await using setting = await createSetting({
      engineUrl: 'unix:///var/run/docker.sock',
      owner: 'bench-footprint',
    })
    const service = await startBuiltService(setting.configPath)
    try {
      await pause(idleMs - windowMs)
      const before = await processorSeconds(service.pid)
      await pause(windowMs)
      const idleCpu = ((await processorSeconds(service.pid)) - before) / (windowMs / 1000)
      const idle = await residentMb(service.pid)
      say(`idle: ${idle} MB, ${rounded(idleCpu * 100, 2)} % of a processor`)

      const messages = createMessages(setting.github, liveJobs)
      const url = `${service.url}/hooks/github/github`
      await flood({ url, messages, connections: 64, onAnswer: () => undefined })
      await pause(windowMs)
      const loaded = await residentMb(service.pid)
      return { idle_rss_mb: idle, loaded_rss_mb: loaded, idle_cpu_percent: rounded(idleCpu * 100, 2) }
    } finally {
      await service.kill()
    }
  },
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return rounded(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024, 0)
}
