import type { Clock } from '../../../domain/ports/clock.ts'
import type { JobObservation } from '../../../domain/jobs/job.ts'
import type { Dialect } from '../dialect.ts'
import type { Node } from '../nodes/node.ts'
import { askOf } from './asks.ts'
import { toObservation, type About, type Facts } from './facts.ts'
import { jobPathOf } from './job-path.ts'
import type { Reading } from './reading.ts'
import type { Executable, QueueItem } from './shapes.ts'

/** What jobs we know of, and which of them a reading shows where. */
export interface Book {
  /** Every live job that the reading shows. `bound`: steps that wait for the node that they had. */
  jobsIn(reading: Reading, bound: ReadonlyMap<string, QueueItem>): readonly JobObservation[]
  facts(id: string): Facts | undefined
  /** What we are told of from outside: a job of before our start, on that node. */
  learn(facts: Facts, node: string): void
  /** The node that the newest reading shows it on. */
  nodeOf(id: string): string | undefined
}

interface Entry extends Facts {
  seenAt: number
  node?: string
}

/** How long a job that no reading shows is remembered: about as long as the controller does itself. */
const FORGET_MS = 900_000

/** So many readings after the start, steps that nobody knows are left alone: jobs of before may be theirs. */
const UNSURE = 2

export function createBook(about: About, dialect: Dialect, clock: Clock): Book {
  const entries = new Map<string, Entry>()
  let readings = 0
  /** Ids by the path of their job. */
  const byPath = new Map<string, Set<string>>()

  function remember(facts: Facts, seenAt: number): Entry {
    const entry = { ...facts, seenAt, node: entries.get(facts.id)?.node }
    entries.set(facts.id, entry)
    const ids = byPath.get(facts.path.path) ?? new Set()
    byPath.set(facts.path.path, ids.add(facts.id))
    return entry
  }

  function forget(before: number): void {
    for (const [id, { seenAt, path }] of entries) {
      if (seenAt >= before) continue
      entries.delete(id)
      const ids = byPath.get(path.path)
      ids?.delete(id)
      if (ids?.size === 0) byPath.delete(path.path)
    }
  }

  function inQueue(item: QueueItem, reading: Reading): JobObservation | undefined {
    const path = jobPathOf(item.task?.url ?? '')
    const id = path && dialect.jobId(item)
    if (!id) return undefined
    const ask = askOf(item, reading, dialect)
    const known = entries.get(id)
    // Words that tell less than they did: a quiet period over, a single node left that has the label.
    const kept = ask.kind === 'nothing' || ask.vague ? known?.requirement : undefined
    const requirement = kept ?? (ask.kind === 'labels' ? ask.requirement : undefined)
    if (!requirement) return undefined
    const facts = { id, path, requirement, step: path.number !== undefined }
    remember(facts, reading.beganMonotonic).node = undefined
    return toObservation(facts, { began: reading.began, state: ask.kind === 'labels' ? ask.state : 'waiting' }, about)
  }

  /** The job whose build that is: one we know, else a new one if the node is ours. */
  function executedBy(node: Node, executable: Executable, taken: ReadonlySet<string>): Facts | undefined {
    const path = jobPathOf(executable.url ?? '')
    if (!path) return undefined
    const isIt = (id: string): boolean => {
      const entry = entries.get(id)
      if (!entry || taken.has(id) || (entry.node !== undefined && entry.node !== node.name)) return false
      return entry.step ? entry.path.number === path.number : dialect.isExecutionOf(id, executable)
    }
    const known = [...(byPath.get(path.path) ?? [])].filter(isIt)
    const id = known.find((each) => entries.get(each)?.node === node.name) ?? known[0]
    if (id !== undefined) return entries.get(id)
    if (!node.ours) return undefined
    const requirement = { kind: 'all', labels: node.labels, matchCase: true } as const
    if (typeof executable.queueId === 'number')
      return { id: String(executable.queueId), path: { ...path, number: undefined }, requirement, step: false }
    if (readings <= UNSURE) return undefined
    return { id: unseenId(path.fullName, path.number, node.name), path, requirement, step: true }
  }

  return {
    facts: (id) => entries.get(id),
    nodeOf: (id) => entries.get(id)?.node,
    learn: (facts, node) => void (remember(facts, clock.monotonic()).node = node),
    jobsIn(reading, bound) {
      readings += 1
      const jobs = new Map<string, JobObservation>()
      const boundItems = new Set(bound.values())
      for (const item of reading.items) {
        const job = boundItems.has(item) ? undefined : inQueue(item, reading)
        if (job) jobs.set(job.externalId, job)
      }
      const taken = new Set<string>()
      for (const node of reading.nodes.values())
        for (const executable of [...node.running, ...heldBy(bound.get(node.name))]) {
          const facts = executedBy(node, executable, taken)
          if (!facts) continue
          taken.add(facts.id)
          remember(facts, reading.beganMonotonic).node = node.name
          const sight = { began: reading.began, state: 'running', takenBy: node.name } as const
          jobs.set(facts.id, toObservation(facts, sight, about))
        }
      for (const [id, entry] of entries) if (!jobs.has(id) && entry.node !== undefined) entry.node = undefined
      forget(reading.beganMonotonic - FORGET_MS)
      return [...jobs.values()]
    },
  }
}

/** A step that waits for its node again is as good as running on it. */
function heldBy(item: QueueItem | undefined): readonly Executable[] {
  return item?.task?.url ? [{ url: item.task.url }] : []
}

/** Id of a step that no reading saw in the queue: by what it runs and where, which stays the same while it runs. */
function unseenId(fullName: string, number: number | undefined, node: string): string {
  return `${fullName}#${number ?? 0}@${node}`
}

/** The node in an id made by `unseenId`. */
export function nodeOfUnseen(id: string): string | undefined {
  return /#\d+@(?<node>[a-z0-9-]+)$/.exec(id)?.groups?.['node']
}
