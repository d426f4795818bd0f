import { z } from 'zod'
import type { Agent, AgentExit, AgentLog } from '../../domain/agent.ts'
import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import type { JournalEntry } from '../../domain/journal.ts'
import type { Cordon, Machine, Making } from '../../domain/machine.ts'
import type { PriceInterval } from '../../domain/money.ts'
import type { MachineView } from '../../domain/ports/operations.ts'
import { digits } from './cost.ts'
import { resources, time, version, type ShapeOf } from './common.ts'

export const agentState = z.enum([
  'requested',
  'activating',
  'idle',
  'running',
  'dismissing',
  'draining',
  'ending',
  'gone',
])

export const exit = z.object({
  kind: z.enum([
    'finished',
    'never-registered',
    'version-refused',
    'out-of-memory',
    'killed',
    'host-lost',
    'evicted',
    'dismissed',
    'image-failed',
    'start-failed',
    'timed-out',
    'cancelled',
  ]),
  exitCode: z.number().optional(),
  detail: z.string(),
} satisfies ShapeOf<AgentExit>)

export const agentLog = z
  .object({
    name: z.string().optional().describe('In the archive.'),
    state: z.enum(['wanted', 'kept', 'lost']).describe('`wanted`: on its way; `lost`: only its tail is left.'),
    url: z.string().optional().describe('Where it is; whether it may be read there is decided there.'),
    bytes: z.number().optional(),
    detail: z.string().optional().describe('Why it was lost.'),
  } satisfies ShapeOf<AgentLog>)
  .meta({ id: 'AgentLog' })

const epoch = z.number().describe('The leader’s term of its newest intent.')

export const agent = z
  .object({
    key: z.string(),
    version,
    epoch,
    state: agentState,
    pool: z.string(),
    source: z.string(),
    scope: z.string(),
    machine: z.string(),
    job: z.string().optional(),
    tries: z.number().describe('Registrations tried so far.'),
    reason: z.string().describe('Why it was started.'),
    createdAt: time,
    stateAt: time,
    activatedAt: time.optional(),
    registered: z.boolean(),
    jobDoneAt: time.optional(),
    endReason: z.string().optional(),
    exit: exit.optional(),
    log: agentLog.optional().describe('Its whole log; absent where no archive is configured.'),
  } satisfies ShapeOf<Agent>)
  .meta({ id: 'Agent' })

export const cordon = z.object({ reason: z.string(), by: z.string(), at: time } satisfies ShapeOf<Cordon>)

const price = z.object({
  from: time,
  nanosPerHour: z.string().optional().describe('Billionths of the currency; absent where the price is not known.'),
  currency: z.string(),
  what: z.enum(['running', 'stopped']),
} satisfies ShapeOf<PriceInterval>)

const eviction = z.object({
  noticedAt: time,
  notBefore: time.optional(),
  detail: z.string(),
} satisfies ShapeOf<NonNullable<Making['eviction']>>)

const making = z.object({
  offer: z.string(),
  sizeName: z.string(),
  location: z.string().optional(),
  spot: z.boolean(),
  template: z.string(),
  reason: z.string().describe('Why it was wanted.'),
  operation: z.string().optional().describe('What its provider calls the work under way on it.'),
  acceptedAt: time.optional(),
  readyAt: time.optional(),
  goneAt: time.optional(),
  prices: z.array(price).readonly(),
  eviction: eviction.optional(),
  endReason: z.string().optional(),
  failed: z.boolean().optional(),
} satisfies ShapeOf<Making>)

export const machineState = z.enum([
  'requested',
  'creating',
  'booting',
  'ready',
  'unreachable',
  'stopping',
  'stopped',
  'starting',
  'deleting',
  'gone',
  'failed',
])

const machineShape = {
  key: z.string(),
  version,
  epoch,
  state: machineState,
  fleet: z.string(),
  size: resources,
  allocatable: resources,
  isolation: z.enum(['unknown', 'verified', 'unverified']),
  isolationDetail: z.string().optional(),
  cordon: cordon.optional().describe('No new agents; what runs goes on.'),
  createdAt: time,
  stateAt: time,
  seenAt: time,
  detail: z.string().optional(),
  agentsHad: z.number().describe('Agents that it has had.'),
  emptySince: time.optional().describe('Since when nothing of ours has been on it.'),
  made: making.optional().describe('How it was made; absent for one given by hand.'),
  prices: z.array(price).readonly().optional().describe('Of one given by hand, where a price is stated.'),
} satisfies ShapeOf<Machine>

export const machine = z.object(machineShape).meta({ id: 'Machine' })

export const pricePerHour = z.object({ nanosPerHour: digits, currency: z.string() })

export const machineView = z
  .object({
    ...machineShape,
    agents: z.number(),
    used: resources,
    price: pricePerHour.optional().describe('What it costs an hour now.'),
    cost: z.object({ nanos: digits, currency: z.string() }).optional().describe('What it has cost so far.'),
    priceAt: time.optional().describe('When its price was read; absent where it is from the configuration.'),
    priceStale: z.boolean().optional().describe('That was more than two days ago.'),
    goes: z.string().optional().describe('When, or on what, it goes.'),
  } satisfies ShapeOf<MachineView>)
  .meta({ id: 'MachineView' })

export const journalEntry = z
  .object({
    at: time,
    kind: z.string(),
    subject: z.string().describe('`job:KEY`, `agent:KEY`, `machine:KEY`, `pool:NAME`, `source:NAME`, `token:NAME`, …'),
    reason: z.string(),
    outcome: z.enum(['intended', 'done', 'failed', 'noted']),
    by: z
      .string()
      .describe(
        '`slipway`; or a token by name, `NAME via console` for its session, `USER via proxy` for a proxy’s user.',
      ),
  } satisfies ShapeOf<JournalEntry>)
  .meta({ id: 'JournalEntry' })

export const finding = z
  .object({
    about: z.string(),
    level: z.enum(['ok', 'warning', 'error']),
    finding: z.string(),
    mend: z.string().optional(),
  } satisfies ShapeOf<DoctorFinding>)
  .meta({ id: 'DoctorFinding' })
