import { z } from 'zod'
import type { Explanation, PoolView, Status } from '../../domain/ports/operations.ts'
import type { Backoff, ScopeStatus, WaitGroup } from '../../domain/plan.ts'
import type { ScopeWidth } from '../../domain/ports/source.ts'
import { budgetView, jobCost } from './cost.ts'
import { time, type ShapeOf } from './common.ts'
import { agent, agentLog, journalEntry } from './fleet.ts'
import { job, requirement } from './job.ts'

const counts = z.record(z.string(), z.number()).readonly()

export const waitCode = z.enum([
  'held-by-source',
  'unserved',
  'refused-origin',
  'reading-origin',
  'scope-unusable',
  'pool-broken',
  'pool-limit',
  'scope-limit',
  'repository-limit',
  'budget',
  'no-machine',
  'machine-full',
  'machine-coming',
  'room-soon',
  'machine-limit',
  'money-limit',
  'price-missing',
  'pulling-image',
  'backing-off',
  'starting',
  'too-large',
])

const waitGroup = z
  .object({
    source: z.string(),
    scope: z.string(),
    requirement,
    code: waitCode,
    pool: z.string().optional(),
    count: z.number(),
    reason: z.string(),
    next: z.string(),
    etaMs: z.number().optional(),
  } satisfies ShapeOf<WaitGroup>)
  .meta({ id: 'WaitGroup' })

const width = z.object({
  repositories: z.union([z.literal('all'), z.array(z.string()).readonly()]),
  allowsPublic: z.boolean(),
} satisfies ShapeOf<ScopeWidth>)

const scope = z.object({
  source: z.string(),
  name: z.string(),
  binding: z.enum(['free', 'fixed']),
  agentsStay: z.boolean().optional().describe('Agents don’t end by themselves: they are dismissed after their job.'),
  width: width.optional().describe('Who can send work to its agents, as the source last told.'),
  problem: z.string().optional(),
} satisfies ShapeOf<ScopeStatus>)

const backoff = z.object({
  target: z.string(),
  failures: z.number(),
  until: time,
  error: z.string(),
} satisfies ShapeOf<Backoff>)

const pool = z.object({
  name: z.string(),
  queued: z.number(),
  agents: counts.describe('By state.'),
  standby: z.number(),
  limit: z.number(),
  broken: z.string().optional(),
} satisfies ShapeOf<PoolView>)

export const status = z
  .object({
    version: z.string(),
    owner: z.string(),
    startedAt: time,
    jobs: z.object({ waiting: z.number(), queued: z.number(), running: z.number(), done: z.number() }),
    pools: z.array(pool).readonly(),
    machines: counts.describe('By state.'),
    scopes: z.array(scope).readonly(),
    backoffs: z.array(backoff).readonly(),
    waits: z.array(waitGroup).readonly(),
    staleness: z.record(z.string(), time).readonly().describe('The oldest knowledge of any queue, by source.'),
    problems: z.array(z.string()).readonly().describe('Why the service does not do its work, as `/readyz` tells.'),
    budgets: z.array(budgetView).readonly(),
  } satisfies ShapeOf<Status>)
  .meta({ id: 'Status' })

export const explanation = z
  .object({
    job,
    agent: agent.optional(),
    pool: z.string().optional(),
    words: z
      .array(z.string())
      .readonly()
      .describe('Sentences: which pool and why, what holds it, what happens next and about when.'),
    waits: z.array(waitGroup).readonly(),
    history: z.array(journalEntry).readonly(),
    binding: z.string().describe('Which promises hold exactly and which as best effort.'),
    cost: jobCost.optional().describe('Absent where nothing was charged to it.'),
    log: agentLog.optional().describe('The whole log of its agent; absent where no archive is configured.'),
  } satisfies ShapeOf<Explanation>)
  .meta({ id: 'Explanation' })
