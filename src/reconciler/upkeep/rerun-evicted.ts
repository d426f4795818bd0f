import type { Job } from '../../domain/jobs/job.ts'
import type { Actor } from '../actor.ts'
import { journal, type Context } from '../context.ts'
import { fleetOf } from '../machines/elastic.ts'
import { noting } from '../noting.ts'
import type { Committed } from '../state.ts'

/** What has not worked for this long is given up. */
const patienceMs = 86_400_000
/** Jobs that are looked through at the start for what was lost while nobody looked. */
const mostRecalled = 2000
/** Runs that are remembered as asked for. */
const mostAsked = 1000

/**
 * Jobs that were lost with a machine that its provider took back are run again, where their fleet says so: once their
 * run is over, and once for an attempt of a run.
 */
export interface Reruns {
  note(changes: readonly Committed[]): void
  runOnce(): Promise<void>
}

export function createReruns(context: Context, actor: Actor): Reruns {
  /** Jobs that failed, of which it is not known yet how their agent ended. */
  const failed = new Map<string, Job>()
  /** Jobs to be run again. */
  const wanted = new Map<string, Job>()
  let asked: Set<string> | undefined

  function consider(job: Job): void {
    const over = job.state === 'done' && job.conclusion === 'failure'
    if (over && job.agent !== undefined && job.runId !== undefined && isAsked(context, job)) failed.set(job.key, job)
  }

  async function recall(): Promise<Set<string>> {
    const text = await context.store.setting(settingKey)
    if (context.wanted().fleets.some(({ elastic }) => elastic?.rerunEvicted))
      for (const job of await context.store.jobs({ state: 'done', limit: mostRecalled })) consider(job)
    return new Set(text === undefined ? [] : (JSON.parse(text) as string[]))
  }

  async function sort(known: ReadonlySet<string>): Promise<void> {
    for (const job of failed.values()) {
      const verdict = await wasEvicted(context, job)
      if (verdict === 'unknown' && isFresh(context, job)) continue
      failed.delete(job.key)
      if (verdict === true && isFresh(context, job) && !known.has(runKey(job))) wanted.set(job.key, job)
    }
  }

  async function ask(known: Set<string>, job: Job): Promise<void> {
    const source = context.wanted().sources.get(job.source)
    if (known.has(runKey(job))) return void wanted.delete(job.key)
    if (!isFresh(context, job)) return giveUp(job)
    if (!source?.rerun || (await source.rerun(job)) === 'later') return
    known.add(runKey(job))
    wanted.delete(job.key)
    const value = JSON.stringify([...known].slice(-mostAsked))
    const reason = `its machine was taken back; the failed jobs of run ${job.runId} run again`
    await context.state.commit([
      { kind: 'setting', key: settingKey, value },
      journal(context, 'rerun-job', `job:${job.key}`, reason, 'done'),
    ])
  }

  async function giveUp(job: Job): Promise<void> {
    wanted.delete(job.key)
    const reason = `run ${job.runId} could not be run again within a day`
    await context.state.commit([journal(context, 'rerun-job', `job:${job.key}`, reason, 'failed')])
  }

  return {
    note(changes) {
      for (const each of changes) if (each.table === 'job' && each.before?.state !== 'done') consider(each.now)
    },
    async runOnce() {
      const known = (asked ??= await recall())
      await sort(known)
      for (const job of wanted.values()) {
        const target = `rerun:${job.source}/${job.scope}`
        if (context.backoffs.wait(target) > 0) continue
        // Jobs of one run ask for the same thing.
        actor.run(
          `rerun:${runKey(job)}`,
          `rerun:${job.source}`,
          noting(context, target, () => ask(known, job)),
        )
      }
    },
  }
}

const settingKey = 'rerun-asked'

function runKey(job: Job): string {
  return `${job.source}/${job.repository}/${job.runId}/${job.attempt}`
}

function isFresh(context: Context, job: Job): boolean {
  return (job.doneAt ?? 0) + patienceMs > context.clock.wall()
}

/** Whether any fleet and the job's source can have it: most installations need look no further. */
function isAsked(context: Context, job: Job): boolean {
  const { fleets, sources } = context.wanted()
  return sources.get(job.source)?.rerun !== undefined && fleets.some(({ elastic }) => elastic?.rerunEvicted)
}

/** `unknown` while its agent has not ended. */
async function wasEvicted(context: Context, job: Job): Promise<boolean | 'unknown'> {
  const key = job.agent ?? ''
  const agent = context.state.agents.get(key) ?? (await context.store.get('agent', key))
  if (!agent) return false
  if (!agent.exit) return 'unknown'
  if (agent.exit.kind !== 'evicted') return false
  const machine = context.state.machines.get(agent.machine) ?? (await context.store.get('machine', agent.machine))
  return machine !== undefined && (fleetOf(context, machine.fleet)?.elastic?.rerunEvicted ?? false)
}
