import PQueue from 'p-queue'
import type { Agent, Container } from '../domain/agent.ts'
import { Conflict } from '../domain/errors.ts'
import { keepLog } from './archiving/keep-log.ts'
import { archiveStep, archiveTarget } from './archiving/step.ts'
import { scopeTarget } from './backoff-targets.ts'
import { poolOf, type Context } from './context.ts'
import { dismissAgent } from './effects/dismiss-agent.ts'
import { endAgent } from './effects/end-agent.ts'
import { settleActivation, startAgent, type Admissions } from './effects/start-agent.ts'
import { prepareStandby, removeStandby } from './effects/standby.ts'
import type { Committed } from './state.ts'

/**
 * Drives stored intents into effects. Level-triggered: a record's state says what is to be done, so an effect that
 * was lost with the process, or failed, is simply done again. Effects of one target share a queue and nobody awaits
 * them (rule 10).
 */
export interface Actor {
  /** Looks at every record that may want something done. */
  driveAll(): void
  /** Runs something for a target, once at a time per key; false if it is already under way. More priority goes first. */
  run(key: string, target: string, effect: () => Promise<void>, priority?: number): boolean
  /** Waits for everything under way. */
  idle(): Promise<void>
  /** Starts nothing more. */
  stop(): void
}

/** How many effects a target gets at once. An engine starts about so many containers side by side before it slows. */
const concurrency = 8

/** Jobs wait for what is started, and for nothing that is cleared away. */
const startFirst = 1

export function createActor(context: Context): Actor {
  const queues = new Map<string, PQueue>()
  const underWay = new Map<string, Promise<void>>()
  const admissions: Admissions = new Map()
  let stopped = false

  function queueOf(target: string): PQueue {
    const queue = queues.get(target) ?? new PQueue({ concurrency })
    queues.set(target, queue)
    return queue
  }

  function run(key: string, target: string, effect: () => Promise<void>, priority = 0): boolean {
    if (stopped || underWay.has(key)) return false
    const before = recordOf(key)
    const done = queueOf(target)
      // What still waits in the queue when we are told to stop is left to the next start.
      .add(async () => (stopped ? undefined : effect()), { priority })
      .catch((error: unknown) => {
        // The record changed under it, which is nobody's fault: the next look at it decides anew.
        if (error instanceof Conflict) return context.logger.debug({ err: error, key }, 'effect overtaken')
        context.logger.error({ err: error, key, target }, 'effect failed')
        context.backoffs.fail(target, error)
      })
      .finally(() => {
        underWay.delete(key)
        if (context.state.agents.get(key)?.state !== 'requested') admissions.delete(key)
        // An effect that changed nothing waits for the next look at everything, or it would spin.
        if (recordOf(key) !== before) drive(key)
      })
    underWay.set(key, done)
    return true
  }

  function recordOf(key: string): Agent | Container | undefined {
    return context.state.agents.get(key) ?? context.state.containers.get(key)
  }

  /** A key is an agent's and its container's alike. */
  function drive(key: string): void {
    const agent = context.state.agents.get(key)
    if (agent) return driveAgent(agent)
    const container = context.state.containers.get(key)
    if (container) driveStandby(container)
  }

  function driveAgent(agent: Agent): void {
    const machine = `machine:${agent.machine}`
    const host = context.state.machines.get(agent.machine)?.state
    const answers = host === 'ready'
    const free = context.backoffs.wait(machine) === 0 && answers
    const scopeFree = context.backoffs.wait(scopeTarget(agent)) === 0
    if (agent.state === 'requested' && free && scopeFree)
      run(agent.key, machine, () => startAgent(context, agent.key, admissions), startFirst)
    else if (agent.state === 'activating' && free) run(agent.key, machine, () => settleActivation(context, agent.key))
    else if (agent.state === 'dismissing' && scopeFree)
      run(agent.key, scopeTarget(agent), () => dismissAgent(context, agent.key))
    else if (agent.state === 'ending' && (host === undefined || host === 'deleting'))
      run(agent.key, machine, () => endAgent(context, agent.key))
    else if (agent.state === 'ending' && free) driveEnding(agent)
  }

  /** Its log first: it goes with the container. */
  function driveEnding(agent: Agent): void {
    const step = archiveStep(context, agent)
    if (step === 'keep') run(agent.key, archiveTarget, () => keepLog(context, agent.key))
    else if (step === 'pass') run(agent.key, `machine:${agent.machine}`, () => endAgent(context, agent.key))
  }

  function driveStandby(container: Container): void {
    const machine = `machine:${container.machine}`
    if (container.agent || context.backoffs.wait(machine) > 0) return
    const pool = poolOf(context, container.pool)
    if (container.state === 'requested' && pool)
      run(container.key, machine, () => prepareStandby(context, container.key, pool))
    else if (container.state === 'removing' || (container.state === 'requested' && !pool))
      run(container.key, machine, () => removeStandby(context, container.key))
  }

  function onCommit(changes: readonly Committed[]): void {
    for (const { table, now } of changes) if (table === 'agent' || table === 'container') drive(now.key)
  }
  context.state.onCommit(onCommit)

  return {
    driveAll() {
      for (const key of context.state.agents.keys()) drive(key)
      for (const container of context.state.containers.values()) if (!container.agent) driveStandby(container)
    },
    run,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
    stop: () => void (stopped = true),
  }
}
