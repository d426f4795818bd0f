import type { Agent } from '../../domain/agent.ts'
import { NotFound } from '../../domain/errors.ts'
import type { ContainerRuntime } from '../../domain/ports/runtime.ts'
import type { Change } from '../../domain/ports/store.ts'
import { settled } from '../archiving/keep-log.ts'
import { whyLost } from '../archiving/step.ts'
import { journal, type Context } from '../context.ts'
import { gone } from './ending.ts'
import { concludeJob } from './fixed-job.ts'
import { change } from '../state.ts'

/** At most this much of an agent's last output is kept. */
const tailBytes = 64 * 1024

/** Clears an ended agent away: its output is kept, its container removed, its job (if `fixed`) concluded. */
export async function endAgent(context: Context, key: string): Promise<void> {
  const agent = context.state.agents.get(key)
  if (agent?.state !== 'ending') return
  const host = context.state.machines.get(agent.machine)?.state
  // It goes with its machine.
  const lost = host === undefined || host === 'deleting'
  const runtime = context.runtimes.of(agent.machine)
  if (!runtime && !lost) return
  let tail: string | undefined
  if (runtime && !lost) {
    try {
      tail = await lastWords(runtime, key)
      await runtime.remove(key)
      context.backoffs.ok(`machine:${agent.machine}`)
    } catch (error) {
      return context.backoffs.fail(`machine:${agent.machine}`, error)
    }
  }
  context.known.quietSince.delete(key)
  judgePool(context, agent)
  await context.state.commit(endChanges(context, agent, tail, lost))
}

async function lastWords(runtime: ContainerRuntime, key: string): Promise<string | undefined> {
  try {
    return await runtime.tail(key, tailBytes)
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

function endChanges(context: Context, seen: Agent, tail: string | undefined, containerIsGone: boolean): Change[] {
  const agent = context.state.agents.get(seen.key) ?? seen
  const container = context.state.containers.get(agent.key)
  const job = agent.job === undefined ? undefined : context.state.jobs.get(agent.job)
  const exit = agent.exit ?? { kind: 'finished', detail: '' }
  const detail = whyLost(context, agent, containerIsGone)
  const log = detail === undefined ? undefined : ({ ...agent.log, state: 'lost', detail } as const)
  return [
    change('agent', agent, { state: 'gone', stateAt: context.clock.wall(), ...(log && { log }) }),
    ...(log ? [settled(context, agent.key, log)] : []),
    ...(container ? [gone(context, container)] : []),
    ...forgottenRegistrations(context, agent),
    ...(tail === undefined ? [] : [{ kind: 'tail', agent: agent.key, text: tail, at: context.clock.wall() } as const]),
    ...(job?.request ? [concludeJob(context, job, agent, exit)] : []),
    journal(context, 'end-agent', `agent:${agent.key}`, `${exit.kind}: ${exit.detail}`, 'done'),
  ]
}

/** A registration that did its one job is removed by the source itself; any other is left to the reaper. */
function forgottenRegistrations(context: Context, agent: Agent): Change[] {
  if (agent.exit?.kind !== 'finished' || agent.job === undefined) return []
  return [...context.state.registrations.values()]
    .filter((registration) => registration.agent === agent.key && registration.try === agent.tries)
    .map((registration) => change('registration', registration, { state: 'gone' }))
}

const suspicious: ReadonlySet<string> = new Set([
  'never-registered',
  'version-refused',
  'out-of-memory',
  'killed',
  'finished',
])

/**
 * Agents that end before they were ever registered speak against their pool, any that worked speaks for it. One of a
 * `fixed` job ran what the job brought, which says nothing of the pool.
 */
function judgePool(context: Context, agent: Agent): void {
  const target = `pool:${agent.pool}`
  const { exit } = agent
  if (agent.registered) return context.backoffs.ok(target)
  const brought = context.state.jobs.get(agent.job ?? '')?.request !== undefined
  if (brought || !exit || exit.exitCode === 0 || !suspicious.has(exit.kind)) return
  context.backoffs.fail(target, new Error(`${exit.kind}: ${exit.detail}`))
}
