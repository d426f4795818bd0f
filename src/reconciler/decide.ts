import { Conflict } from '../domain/errors.ts'
import type { Action, Plan, Snapshot, WaitGroup } from '../domain/plan.ts'
import type { Change } from '../domain/ports/store.ts'
import { plan } from '../planner/plan.ts'
import type { Actor } from './actor.ts'
import { scopeTarget } from './backoff-targets.ts'
import type { Context } from './context.ts'
import { inspectJob } from './effects/inspect-job.ts'
import { intend } from './intents.ts'
import { probeIsolation } from './effects/probe-isolation.ts'
import { pullImage } from './effects/pull-image.ts'
import { madeMachine, type MadeMachine } from './machines/elastic.ts'
import { noteUnborn } from './machines/moving/failures.ts'

/** One turn of the loop: a snapshot, a plan, its intents stored. The actor does the rest. */
export async function decide(context: Context, actor: Actor): Promise<Plan> {
  const decided = plan(snapshot(context), context.clock.wall())
  for (const action of decided.actions) ask(context, actor, action)
  const changes = decided.actions.flatMap((action) => intend(context, action))
  try {
    const unborn = decided.actions.flatMap((action) => unbornOf(context, action))
    await commit(context, changes, decided.waits)
    for (const [machine, reason] of unborn)
      if (context.state.machines.get(machine.key)?.state === 'deleting') noteUnborn(context, machine, reason)
  } catch (error) {
    // A record changed between snapshot and commit: the next turn sees it, and it is due now.
    if (!(error instanceof Conflict)) throw error
    context.logger.debug({ err: error }, 'plan overtaken')
  }
  return decided
}

/** Machines that are given up before they came up. */
function unbornOf(context: Context, action: Action): [MadeMachine, string][] {
  const machine = action.kind === 'delete-machine' && action.failed && madeMachine(context, action.machine)
  return machine && machine.state !== 'deleting' ? [[machine, action.reason]] : []
}

/** Waiting reasons are stored with the intents, but only when they say something new. */
async function commit(context: Context, intents: readonly Change[], groups: readonly WaitGroup[]): Promise<void> {
  const waits = JSON.stringify(groups)
  if (waits === context.known.storedWaits) return context.state.commit(intents)
  await context.state.commit([...intents, { kind: 'waits', groups }])
  context.known.storedWaits = waits
}

export function snapshot(context: Context): Snapshot {
  const { state, known } = context
  const { pools, fleets, sources } = context.wanted()
  const scopes = [...sources.values()].flatMap((source) =>
    source.scopes.map((scope) => ({
      ...known.scopes.get(`${scope.source}/${scope.name}`),
      ...scope,
      binding: source.binding,
      ...(source.agentsStay && { agentsStay: true }),
    })),
  )
  return {
    jobs: state.jobs,
    agents: state.agents.values(),
    containers: state.containers.values(),
    machines: state.machines.values(),
    pools,
    fleets,
    scopes,
    backoffs: context.backoffs.list(),
    draining: known.draining,
    images: known.images,
    pulls: known.pulls,
    looks: { machines: known.lookedAt, registrations: known.registrationsAt },
    offers: known.offers,
    spentToday: known.spentToday,
    begun: known.begun,
    bootMs: known.bootMs,
    durations: known.durations,
    budgets: known.budgets,
  }
}

/** Questions need no intent: if the answer is lost, the next plan asks again. */
function ask(context: Context, actor: Actor, action: Action): void {
  if (action.kind === 'pull-image') {
    const target = `pull:${action.machine}`
    actor.run(`image:${action.machine}/${action.image}`, target, async () => {
      await pullImage(context, action)
      // A new machine has waited for an image to be probed with.
      probeIsolation(context, actor, false)
    })
  }
  if (action.kind !== 'inspect-job') return
  const job = context.state.jobs.get(action.job)
  if (!job || context.backoffs.wait(`read:${scopeTarget(job)}`) > 0) return
  actor.run(`job:${job.key}`, `read:${scopeTarget(job)}`, () => inspectJob(context, job.key))
}
