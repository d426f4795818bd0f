import { fileURLToPath } from 'node:url'
import type { LiveChange, Now } from '../../../src/domain/console/live.ts'
import type { MachineLife } from '../../../src/domain/console/life.ts'
import type { Operations } from '../../../src/domain/ports/operations.ts'
import type { Role } from '../../../src/domain/token.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'
import { startServer, type RunningServer } from '../../../src/server/index.ts'
import { createOperationsFake } from '../../contracts/operations-fake.ts'
import { silentLogger } from '../../fakes/ports.ts'
import { sampleReport } from './sample/cost.ts'
import { sampleExplanation, sampleJobs, sampleTimeline } from './sample/jobs.ts'
import { sampleLife, sampleMachines } from './sample/machines.ts'
import { sampleNow } from './sample/now.ts'
import { samplePolicy } from './sample/policy.ts'

export const pages = fileURLToPath(new URL('../../../dist/console', import.meta.url))

const DAY = 86_400_000

/** The real server with the built pages, over one rich moment. */
export interface Showcase extends RunningServer {
  /** A token's secret. */
  token(roles: readonly Role[]): string
  /** Tells everybody who watches. */
  tell(change: Omit<LiveChange, 'seq' | 'at'>): void
  readonly drained: readonly { readonly machine: string; readonly reason: string; readonly by: string }[]
}

export async function openShowcase(pictureOf: (at: number) => Now = sampleNow): Promise<Showcase> {
  const at = systemClock.wall()
  const fake = createOperationsFake()
  const watchers = new Set<(change: LiveChange) => void>()
  const cordons = new Map<string, NonNullable<MachineLife['machine']['cordon']>>()
  let picture = pictureOf(at)
  const jobs = sampleJobs(at)

  const operations: Operations = {
    ...fake,
    now: async () => picture,
    watch(onChange) {
      watchers.add(onChange)
      return () => void watchers.delete(onChange)
    },
    jobs: async ({ search = '', state, limit }) => ({
      jobs: jobs
        .filter(
          (job) => `${job.name} ${job.repository}`.includes(search) && (state === undefined || job.state === state),
        )
        .slice(0, limit),
    }),
    job: async (key) => jobs.find((job) => job.key === key),
    explain: async (key) => {
      const job = jobs.find((one) => one.key === key)
      return job && sampleExplanation(at, job)
    },
    timeline: async (key) => {
      const job = jobs.find((one) => one.key === key)
      return job && sampleTimeline(at, job)
    },
    tail: async () => Array.from({ length: 60 }, (_, index) => `step ${index + 1}: compiled and tested`).join('\n'),
    machines: async () => sampleMachines(at),
    machine: async (key) => {
      const life = sampleLife(at, key)
      return life && { ...life, machine: { ...life.machine, cordon: cordons.get(key) } }
    },
    drain: async (key, reason, by) => {
      fake.drained.push({ machine: key, reason, by })
      cordons.set(key, { reason, by, at: systemClock.wall() })
      const drained = sampleMachines(at).find((machine) => machine.key === key)
      if (!drained) throw new Error(`no machine ${key}`)
      return drained
    },
    policy: samplePolicy,
    cost: async ({ by, since, until }) =>
      sampleReport(by, Math.floor(since / DAY) * DAY, (Math.floor(until / DAY) + 1) * DAY),
  }

  const server = await startServer({
    about: { owner: picture.owner, version: picture.version },
    operations,
    routes: () => [],
    metrics: async () => ({ contentType: 'text/plain', body: '' }),
    listen: { admin: { host: '127.0.0.1', port: 0 } },
    logger: silentLogger,
    clock: systemClock,
    pages,
  })
  return {
    ...server,
    token: (roles) => fake.addToken(roles, { name: 'ada' }),
    drained: fake.drained,
    tell(change) {
      const told = { ...change, seq: picture.seq + 1, at: systemClock.wall() }
      const machines = picture.machines.map(
        (machine) => change.machines?.find(({ key }) => key === machine.key) ?? machine,
      )
      picture = { ...picture, ...told, machines }
      for (const watcher of watchers) watcher(told)
    },
  }
}
