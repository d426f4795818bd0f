import type { JobTimeline } from '../../../../src/domain/console/life.ts'
import type { Job } from '../../../../src/domain/jobs/job.ts'
import type { Agent } from '../../../../src/domain/agent.ts'
import type { Explanation } from '../../../../src/domain/ports/operations.ts'

const MINUTE = 60_000
const names = ['build', 'unit tests', 'lint', 'e2e (chromium)', 'docs', 'package', 'typecheck', 'deploy to staging']
const repositories = ['acme/web', 'acme/api', 'acme/mobile', 'acme/infra']

export function sampleJobs(at: number): Job[] {
  return Array.from({ length: 24 }, (_, index) => sampleJob(at, index))
}

export function sampleJob(at: number, index: number): Job {
  const queuedAt = at - index * 50_000 - 20_000
  const state = index < 3 ? 'queued' : index < 10 ? 'running' : 'done'
  const startedAt = state === 'queued' ? undefined : queuedAt + 4000 + index * 700
  const doneAt = state === 'done' ? (startedAt ?? 0) + 95_000 : undefined
  return {
    key: `github/${32_000_001 + index}/1`,
    version: 3,
    state,
    source: 'github',
    scope: 'acme',
    externalId: String(32_000_001 + index),
    attempt: 1,
    requirement: { kind: 'all', labels: ['self-hosted', 'linux'], matchCase: false },
    origin: 'trusted',
    repository: repositories[index % repositories.length] ?? '',
    workflow: index % 3 === 0 ? 'Release' : 'CI',
    name: names[index % names.length] ?? '',
    url: `https://github.example/acme/web/actions/runs/1/job/${32_000_001 + index}`,
    ambiguous: false,
    seenAt: at,
    receivedAt: queuedAt,
    queuedAt,
    startedAt,
    doneAt,
    conclusion: state === 'done' ? (index % 7 === 4 ? 'failure' : 'success') : undefined,
    ...(state !== 'queued' && { agent: 'a7' }),
  }
}

export function sampleAgent(at: number): Agent {
  return {
    key: 'a7',
    version: 4,
    epoch: 1,
    state: 'running',
    pool: 'linux',
    source: 'github',
    scope: 'acme',
    machine: 'vm-2b9x',
    tries: 1,
    reason: '3 jobs wait for linux',
    createdAt: at - 3 * MINUTE,
    stateAt: at - 2 * MINUTE,
    registered: true,
  }
}

export function sampleExplanation(at: number, job: Job): Explanation {
  const machine = 'vm-2b9x'
  const note = (ago: number, kind: string, reason: string, by = 'slipway') => ({
    at: at - ago,
    kind,
    subject: `job:${job.key}`,
    reason,
    outcome: 'done' as const,
    by,
  })
  return {
    job,
    agent: sampleAgent(at),
    pool: 'linux',
    words: [
      'The pool linux serves it: it is the first that has self-hosted and linux.',
      `Its agent a7 runs on ${machine}, the fullest machine that had room.`,
      'It waited 6s: for room 2s, for its container 1s, for its registration 3s.',
      'It has cost 0.0042 USD so far.',
    ],
    waits: [],
    history: [
      note(90_000, 'job-started', 'its source told'),
      note(93_000, 'activate-agent', 'its container is prepared and it is registered'),
      note(96_000, 'start-agent', '3 jobs wait for linux; vm-2b9x is the fullest machine that fits'),
      note(98_000, 'job-queued', 'a webhook told'),
    ],
    binding: 'Which of the matching agents takes a job is decided by GitHub; limits hold exactly for the scope.',
    cost: {
      machine,
      amounts: [{ currency: 'USD', nanos: '4213000' }],
      ms: 26_000,
      unpricedMs: 0,
      complete: job.state === 'done',
    },
  }
}

export function sampleTimeline(at: number, job: Job): JobTimeline {
  const queued = job.queuedAt ?? at
  const steps = [
    { step: 'queued' as const, at: queued },
    ...(job.startedAt === undefined
      ? []
      : [
          { step: 'requested' as const, at: queued + 1800 },
          { step: 'prepared' as const, at: queued + 2700 },
          { step: 'activated' as const, at: queued + 3400 },
          { step: 'running' as const, at: job.startedAt },
        ]),
    ...(job.doneAt === undefined ? [] : [{ step: 'done' as const, at: job.doneAt }]),
  ]
  return { job, agent: sampleAgent(at), steps, machine: { key: 'vm-2b9x', fleet: 'cloud', state: 'ready' } }
}
