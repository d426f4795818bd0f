import type { LiveFleet, LiveMachine, LivePool, Now, QueueGroup } from '../../../domain/console/live.ts'
import type { WaitCode } from '../../../domain/plan.ts'
import { counted, roundDuration, soon } from '../data/words.ts'

/** `good`: nothing to do. `notice`: jobs wait longer than they must, on purpose. `bad`: somebody should look. */
export type Tone = 'good' | 'notice' | 'bad'

export interface Trouble {
  readonly about: string
  readonly words: string
  /** Where to look. */
  readonly href?: string
}

export interface Verdict {
  readonly tone: Tone
  readonly line: string
  readonly troubles: readonly Trouble[]
}

/** Waits that end by themselves soon. */
const passing: ReadonlySet<WaitCode> = new Set([
  'starting',
  'pulling-image',
  'machine-coming',
  'room-soon',
  'reading-origin',
  'machine-full',
])

/** Waits on a limit that somebody has set. */
const limited: ReadonlySet<WaitCode> = new Set([
  'pool-limit',
  'scope-limit',
  'repository-limit',
  'machine-limit',
  'money-limit',
  'budget',
  'held-by-source',
])

/** One line for all of it, and what is wrong, the worst first. */
export function verdictOf(now: Now, at: number): Verdict {
  const troubles = [
    ...now.problems.map((words) => ({ about: 'Service', words })),
    ...now.pools.flatMap(poolTrouble),
    ...now.fleets.flatMap(fleetTrouble),
    ...now.machines.flatMap(machineTrouble),
    ...now.queue.flatMap(queueTrouble),
    ...now.pools.flatMap(slowPool),
  ]
  if (troubles.length > 0)
    return { tone: 'bad', line: `${counted(troubles.length, 'thing')} to look at: ${summary(now)}`, troubles }
  const late = now.queue.filter((group) => isLate(group, now.pools, at))
  if (late.length > 0)
    return { tone: 'notice', line: `${counted(sum(late), 'job')} wait longer than wanted; ${summary(now)}`, troubles }
  const held = now.queue.filter(({ code }) => limited.has(code) && code !== 'held-by-source')
  if (held.length > 0)
    return { tone: 'notice', line: `${counted(sum(held), 'job')} held by limits; ${summary(now)}`, troubles }
  return { tone: 'good', line: `All is well: ${summary(now)}`, troubles }
}

function summary({ jobs, queue }: Now): string {
  const running = `${counted(jobs.running, 'job')} running`
  if (jobs.queued === 0) return `${running}, nobody waits.`
  const etas = queue.flatMap(({ etaMs }) => (etaMs === undefined ? [] : [etaMs]))
  const first = etas.length > 0 ? `, the next begins ${soon(Math.min(...etas))}` : ''
  return `${running}, ${jobs.queued} ${jobs.queued === 1 ? 'waits' : 'wait'}${first}.`
}

function poolTrouble({ name, broken }: LivePool): Trouble[] {
  return broken === undefined ? [] : [{ about: `Pool ${name}`, words: broken }]
}

function fleetTrouble({ name, problem }: LiveFleet): Trouble[] {
  return problem === undefined ? [] : [{ about: `Fleet ${name}`, words: problem }]
}

function machineTrouble({ key, state, detail }: LiveMachine): Trouble[] {
  if (state !== 'unreachable') return []
  return [{ about: `Machine ${key}`, words: detail ?? 'its engine does not answer', href: `/machines/${key}` }]
}

function queueTrouble({ code, count, labels, reason }: QueueGroup): Trouble[] {
  if (passing.has(code) || limited.has(code)) return []
  return [{ about: `${counted(count, 'job')} for ${labels}`, words: reason }]
}

function slowPool({ name, recent }: LivePool): Trouble[] {
  const { p95Ms, targetMs } = recent
  if (p95Ms === undefined || targetMs === undefined || p95Ms <= targetMs) return []
  return [
    {
      about: `Pool ${name}`,
      words: `one job in twenty waited ${roundDuration(p95Ms)} or longer within the hour; ${roundDuration(targetMs)} is wanted`,
    },
  ]
}

/** The group's first job has waited longer than its pool promises. */
export function isLate({ pool, oldestQueuedAt }: Lateness, pools: readonly LivePool[], at: number): boolean {
  const target = pools.find(({ name }) => name === pool)?.recent.targetMs
  return target !== undefined && oldestQueuedAt !== undefined && at - oldestQueuedAt > target
}

type Lateness = Pick<QueueGroup, 'pool' | 'oldestQueuedAt'>

function sum(groups: readonly QueueGroup[]): number {
  return groups.reduce((all, { count }) => all + count, 0)
}
