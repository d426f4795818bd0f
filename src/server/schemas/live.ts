import { z } from 'zod'
import type {
  LiveAgent,
  LiveFleet,
  LiveJob,
  LiveMachine,
  LivePool,
  Now,
  QueueGroup,
  RecentWaits,
} from '../../domain/console/live.ts'
import { resources, time, type ShapeOf } from './common.ts'
import { agentState, cordon, machineState, pricePerHour } from './fleet.ts'
import { waitCode } from './status.ts'

const os = z.enum(['linux', 'windows'])

const queueGroup = z
  .object({
    source: z.string(),
    scope: z.string(),
    pool: z.string().optional(),
    labels: z.string().describe('What the jobs ask for, as people write it.'),
    count: z.number(),
    oldestQueuedAt: time.optional(),
    code: waitCode,
    reason: z.string(),
    next: z.string(),
    etaMs: z.number().optional(),
  } satisfies ShapeOf<QueueGroup>)
  .meta({ id: 'QueueGroup' })

const recent = z
  .object({
    jobs: z.number(),
    p50Ms: z.number().optional(),
    p95Ms: z.number().optional(),
    targetMs: z.number().optional().describe('What the wait should stay below.'),
  } satisfies ShapeOf<RecentWaits>)
  .describe('From queued to running, of the jobs that began within the last hour.')

const pool = z
  .object({
    name: z.string(),
    os,
    fleets: z.array(z.string()).readonly(),
    queued: z.number(),
    agents: z.partialRecord(agentState, z.number()).readonly().describe('By state.'),
    standby: z.number(),
    limit: z.number().optional(),
    warm: z.object({ agents: z.number(), standby: z.number() }),
    broken: z.string().optional(),
    recent,
  } satisfies ShapeOf<LivePool>)
  .meta({ id: 'LivePool' })

const fleet = z
  .object({
    name: z.string(),
    provider: z.string(),
    os,
    zone: z.string(),
    elastic: z.boolean().describe('Whether its machines come and go.'),
    limit: z.number().optional(),
    problem: z.string().optional(),
  } satisfies ShapeOf<LiveFleet>)
  .meta({ id: 'LiveFleet' })

const job = z.object({
  key: z.string(),
  name: z.string(),
  repository: z.string(),
  startedAt: time.optional(),
} satisfies ShapeOf<LiveJob>)

const agent = z
  .object({
    key: z.string(),
    pool: z.string(),
    state: z.union([agentState, z.literal('standby')]),
    resources,
    share: z.number().describe('Of the machine’s allocatable: 0.25 is a quarter.'),
    since: time,
    job: job.optional(),
  } satisfies ShapeOf<LiveAgent>)
  .meta({ id: 'LiveAgent' })

const machine = z
  .object({
    key: z.string(),
    fleet: z.string(),
    state: machineState,
    stateAt: time,
    cordon: cordon.optional(),
    spot: z.boolean(),
    sizeName: z.string().optional(),
    size: resources,
    allocatable: resources,
    price: pricePerHour.optional(),
    createdAt: time,
    readyAt: time.optional(),
    expectedAt: time.optional().describe('When it should be ready.'),
    evictedAt: time.optional().describe('Its provider takes it back.'),
    detail: z.string().optional(),
    goes: z.string().optional(),
    agents: z.array(agent).readonly(),
  } satisfies ShapeOf<LiveMachine>)
  .meta({ id: 'LiveMachine' })

export const now = z
  .object({
    seq: z.number(),
    at: time,
    version: z.string(),
    owner: z.string(),
    startedAt: time,
    problems: z.array(z.string()).readonly(),
    jobs: z.object({ waiting: z.number(), queued: z.number(), running: z.number() }),
    queue: z.array(queueGroup).readonly(),
    pools: z.array(pool).readonly(),
    fleets: z.array(fleet).readonly(),
    machines: z.array(machine).readonly(),
  } satisfies ShapeOf<Now>)
  .meta({ id: 'Now' })
