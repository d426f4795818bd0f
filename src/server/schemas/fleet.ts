import { z } from 'zod'
import type { Agent, AgentExit } from '../../domain/agent.ts'
import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import type { JournalEntry } from '../../domain/journal.ts'
import type { Cordon, Machine } from '../../domain/machine.ts'
import type { MachineView } from '../../domain/ports/operations.ts'
import { resources, time, version, type ShapeOf } from './common.ts'

const exit = z.object({
  kind: z.enum([
    'finished',
    'never-registered',
    'version-refused',
    'out-of-memory',
    'killed',
    'host-lost',
    'dismissed',
    'image-failed',
    'start-failed',
    'timed-out',
    'cancelled',
  ]),
  exitCode: z.number().optional(),
  detail: z.string(),
} satisfies ShapeOf<AgentExit>)

const epoch = z.number().describe('The leader’s term of its newest intent.')

export const agent = z
  .object({
    key: z.string(),
    version,
    epoch,
    state: z.enum(['requested', 'activating', 'idle', 'running', 'dismissing', 'draining', 'ending', 'gone']),
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
  } satisfies ShapeOf<Agent>)
  .meta({ id: 'Agent' })

const cordon = z.object({ reason: z.string(), by: z.string(), at: time } satisfies ShapeOf<Cordon>)

const machineShape = {
  key: z.string(),
  version,
  epoch,
  state: z.enum([
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
  ]),
  fleet: z.string(),
  size: resources,
  allocatable: resources,
  isolation: z.enum(['unknown', 'verified', 'unverified']),
  isolationDetail: z.string().optional(),
  cordon: cordon.optional().describe('No new agents; what runs goes on.'),
  createdAt: time,
  seenAt: time,
  detail: z.string().optional(),
} satisfies ShapeOf<Machine>

export const machine = z.object(machineShape).meta({ id: 'Machine' })

export const machineView = z
  .object({ ...machineShape, agents: z.number(), used: resources } satisfies ShapeOf<MachineView>)
  .meta({ id: 'MachineView' })

export const journalEntry = z
  .object({
    at: time,
    kind: z.string(),
    subject: z.string().describe('`job:KEY`, `agent:KEY`, `machine:KEY`, `pool:NAME`, `source:NAME`'),
    reason: z.string(),
    outcome: z.enum(['intended', 'done', 'failed', 'noted']),
    by: z.string().describe('The name of the token for what people did, else `slipway`.'),
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
