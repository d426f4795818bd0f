import type { Job } from '../../src/domain/jobs/job.ts'
import type { JobSubmission } from '../../src/domain/ports/operations.ts'
import type { Pool } from '../../src/domain/pool.ts'
import type { Token } from '../../src/domain/token.ts'
import { aPool } from './ports.ts'
import { openBench, type Bench, type BenchOptions } from './service.ts'

export const minute = 60_000

export const aToken: Token = {
  name: 'ci',
  hash: '',
  roles: ['submit'],
  pools: [],
  repositories: [],
  images: [],
  createdAt: 0,
}

export function aPushPool(patch: Partial<Pool> = {}): Pool {
  return aPool({ serves: [{ source: 'ci' }], allowedImages: ['tool:*'], maxFailures: 3, ...patch })
}

/** A bench whose pool serves the `http` source alone. */
export function openPushBench(options: BenchOptions = {}): Promise<Bench> {
  return openBench({ pools: [aPushPool()], ...options })
}

/** Work that takes this long and ends with this exit code. */
export function work(id: string, ms: number, exitCode = 0, patch: Partial<JobSubmission> = {}): JobSubmission {
  return {
    source: 'ci',
    pool: 'linux',
    image: 'agent',
    command: [id, String(ms), String(exitCode)],
    env: { SECRET: 'x' },
    timeoutMs: 10 * minute,
    repository: 'acme/a',
    name: id,
    idempotencyKey: id,
    ...patch,
  }
}

export async function push(bench: Bench, submission: JobSubmission): Promise<Job> {
  return (await bench.operations.submit(submission, aToken)).job
}

export async function stateOf(bench: Bench, job: Job): Promise<Job | undefined> {
  return bench.operations.job(job.key)
}

/** Nothing of ours is left anywhere. */
export function leftovers(bench: Bench): Record<string, number> {
  const { state } = bench.context
  return {
    jobs: state.jobs.size,
    agents: state.agents.size,
    registrations: state.registrations.size,
    records: state.containers.size,
    containers: bench.world.containers.size,
    runners: bench.world.runners.size,
  }
}

export const nothing = { jobs: 0, agents: 0, registrations: 0, records: 0, containers: 0, runners: 0 }
