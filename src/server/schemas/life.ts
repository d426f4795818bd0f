import { z } from 'zod'
import { jobSteps, type JobTimeline, type MachineLife, type PastAgent } from '../../domain/console/life.ts'
import { time, type ShapeOf } from './common.ts'
import { machineCost } from './cost.ts'
import { agent, agentState, cordon, exit, machineState, machineView } from './fleet.ts'
import { job } from './job.ts'

export const timeline = z
  .object({
    job,
    agent: agent.optional(),
    steps: z
      .array(z.object({ step: z.enum(jobSteps), at: time }))
      .readonly()
      .describe('What it has come through. Its agent may be older than itself: it was held ahead.'),
    machine: z.object({ key: z.string(), fleet: z.string(), state: machineState }).optional(),
  } satisfies ShapeOf<JobTimeline>)
  .meta({ id: 'JobTimeline' })

const pastAgent = z
  .object({
    key: z.string(),
    pool: z.string(),
    state: agentState,
    createdAt: time,
    endedAt: time.optional(),
    exit: exit.optional(),
    job: z.object({ key: z.string(), name: z.string(), repository: z.string() }).optional(),
  } satisfies ShapeOf<PastAgent>)
  .meta({ id: 'PastAgent' })

export const machineLife = z
  .object({
    machine: machineView,
    reason: z.string().describe('Why it exists.'),
    states: z
      .array(z.object({ state: machineState, from: time, to: time.optional() }))
      .readonly()
      .describe('Oldest first, without gaps.'),
    cordons: z.array(cordon.extend({ to: time.optional() })).readonly(),
    agents: z.array(pastAgent).readonly().describe('That are or were on it, newest first.'),
    ...machineCost,
  } satisfies ShapeOf<MachineLife>)
  .meta({ id: 'MachineLife' })
