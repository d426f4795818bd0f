import type { Agent, AgentLog } from '../../domain/agent.ts'
import { NotFound, Refused } from '../../domain/errors.ts'
import { logName, type KeptLog, type LogFacts } from '../../domain/ports/archive.ts'
import type { ContainerRuntime } from '../../domain/ports/runtime.ts'
import { withDeadline } from '../../kit/deadline.ts'
import { roundBytes } from '../../kit/units.ts'
import { journal, type ArchivePolicy, type Context } from '../context.ts'
import { change } from '../state.ts'
import { archivedContent } from './content.ts'
import { factsOf } from './facts.ts'
import { archiveStep, archiveTarget } from './step.ts'

/**
 * Puts the whole log of an ending agent into the archive, from its engine, before its container is removed. The name
 * is stored first: whoever dies between the upload and the record of it does the same upload again.
 */
export async function keepLog(context: Context, key: string): Promise<void> {
  const agent = context.state.agents.get(key)
  const policy = context.wanted().archive
  const runtime = agent && context.runtimes.of(agent.machine)
  // While it waited for its turn, the archive may have become one not worth waiting for.
  if (!agent || !policy || !runtime || archiveStep(context, agent) !== 'keep') return
  context.known.archivePuts++
  try {
    await keep(context, policy, runtime, agent)
  } finally {
    context.known.archivePuts--
  }
}

async function keep(context: Context, policy: ArchivePolicy, runtime: ContainerRuntime, agent: Agent): Promise<void> {
  const facts = await factsOf(context, agent)
  const name = agent.log?.name ?? (await intend(context, agent, facts))
  const reading = readLog(runtime, agent.key)
  const began = context.clock.monotonic()
  let kept: KeptLog
  try {
    kept = await put(context, policy, agent, { name, facts, log: reading.log })
  } catch (error) {
    if (reading.failure() !== undefined) return readFailed(context, agent, reading.failure())
    return putFailed(context, agent, error, began)
  }
  context.backoffs.ok(archiveTarget)
  context.known.archiveFailingSince = undefined
  await settle(context, agent.key, { name, state: 'kept', ...kept })
}

async function intend(context: Context, agent: Agent, facts: LogFacts): Promise<string> {
  const name = logName(context.owner, facts)
  await context.state.commit([change('agent', agent, { log: { name, state: 'wanted' } })])
  return name
}

/** What is left of the patience; all of it where that is over without a try. */
function put(
  context: Context,
  { archive, maxLogBytes, patienceMs }: ArchivePolicy,
  agent: Agent,
  { name, facts, log }: { name: string; facts: LogFacts; log: AsyncIterable<Uint8Array> },
): Promise<KeptLog> {
  const left = patienceMs - (context.clock.wall() - agent.stateAt)
  const content = archivedContent(facts, log, maxLogBytes)
  return withDeadline(context.clock, left > 0 ? left : patienceMs, `archiving the log of ${agent.key}`, (signal) =>
    archive.put({ name, facts, content }, signal),
  )
}

/** The log, with what its engine failed by apart: that says nothing of the archive. */
function readLog(runtime: ContainerRuntime, key: string) {
  let failure: unknown
  async function* log(): AsyncGenerator<Uint8Array> {
    try {
      yield* runtime.log(key)
    } catch (error) {
      failure = error
      throw error
    }
  }
  return { log: log(), failure: () => failure }
}

async function readFailed(context: Context, agent: Agent, error: unknown): Promise<void> {
  if (!(error instanceof NotFound)) return context.backoffs.fail(`machine:${agent.machine}`, error)
  await settle(context, agent.key, { ...nameOf(context, agent), state: 'lost', detail: 'its container was gone' })
}

/** `began`: monotonic; from then on nothing was taken. */
async function putFailed(context: Context, agent: Agent, error: unknown, began: number): Promise<void> {
  context.logger.warn({ err: error, agent: agent.key }, 'log was not archived')
  const detail = error instanceof Error ? error.message : String(error)
  // This one only.
  if (error instanceof Refused) return settle(context, agent.key, { ...nameOf(context, agent), state: 'lost', detail })
  context.known.archiveFailingSince ??= began
  context.backoffs.fail(archiveTarget, error)
}

function nameOf(context: Context, { key }: Agent): Pick<AgentLog, 'name'> {
  const name = context.state.agents.get(key)?.log?.name
  return name === undefined ? {} : { name }
}

async function settle(context: Context, key: string, log: AgentLog): Promise<void> {
  const agent = context.state.agents.get(key)
  if (!agent || agent.log?.state === 'kept') return
  await context.state.commit([change('agent', agent, { log }), settled(context, key, log)])
}

/** What became of a log, for the journal. */
export function settled(context: Context, agent: string, { state, url, bytes = 0, detail }: AgentLog) {
  const words = state === 'kept' ? `${roundBytes(bytes)}B: ${url}` : (detail ?? '')
  return journal(context, 'archive-log', `agent:${agent}`, words, state === 'kept' ? 'done' : 'failed')
}
