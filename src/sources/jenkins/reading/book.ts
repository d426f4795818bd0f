import type { Clock } from '../../../domain/ports/clock.ts'
import type { JobObservation } from '../../../domain/jobs/job.ts'
import type { Dialect } from '../dialect.ts'
import type { Node } from '../nodes/node.ts'
import { askOf } from './asks.ts'
import { createEntries, type Entry } from './entries.ts'
import { toObservation, type About, type Facts } from './facts.ts'
import { jobPathOf, runPathOf } from './job-path.ts'
import type { Reading } from './reading.ts'
import type { Executable, QueueItem } from './shapes.ts'
import { createWorks, type Work } from './works.ts'

/** What jobs we know of, and which of them a reading shows where. */
export interface Book {
  /** Every live job that the reading shows. `bound`: steps that wait for the node that they had. */
  jobsIn(reading: Reading, bound: ReadonlyMap<string, QueueItem>): readonly JobObservation[]
  facts(id: string): Facts | undefined
  /** What we are told of from outside: a job of before our start, on that node. */
  learn(facts: Facts, node: string): void
  /** The node that the newest reading shows it on. */
  nodeOf(id: string): string | undefined
  /** Path of the build or run that it became, if a reading showed it. */
  runOf(id: string): string | undefined
}

/** How long a job that no reading shows is remembered: about as long as the controller does itself. */
const FORGET_MS = 900_000

/** So many readings after the start, steps that nobody knows are left alone: jobs of before may be theirs. */
const UNSURE = 2

export function createBook(about: About, dialect: Dialect, clock: Clock): Book {
  const entries = createEntries()
  const works = createWorks()
  let readings = 0

  function inQueue(item: QueueItem, reading: Reading): JobObservation | undefined {
    const path = jobPathOf(item.task?.url ?? '')
    const id = path && dialect.jobId(item)
    if (!id) return undefined
    const ask = askOf(item, reading, dialect)
    // Words that tell less than they did: a quiet period over, a single node left that has the label.
    const kept = ask.kind === 'nothing' || ask.vague ? entries.get(id)?.requirement : undefined
    const requirement = kept ?? (ask.kind === 'labels' ? ask.requirement : undefined)
    if (!requirement) return undefined
    const facts = { id, path, requirement, step: path.number !== undefined }
    entries.put(facts, { seenAt: reading.beganMonotonic, node: undefined, queuedIn: readings })
    return toObservation(facts, { began: reading.began, state: ask.kind === 'labels' ? ask.state : 'waiting' }, about)
  }

  /**
   * The job whose build that is: one we know, else a new one if the node is ours. Steps of one run look alike on an
   * executor: one that waited while the executor was at work already is another, and one that waits in this very reading
   * may or may not be, which the next one shows.
   */
  function jobOf({ node, executable, since }: Work, taken: ReadonlySet<string>): Facts | undefined {
    const path = jobPathOf(executable.url ?? '')
    if (!path) return undefined
    const isIt = (entry: Entry): boolean => {
      if (taken.has(entry.id) || (entry.node !== undefined && entry.node !== node.name)) return false
      if (entry.queuedIn > since) return false
      return entry.step ? entry.path.number === path.number : dialect.isExecutionOf(entry.id, executable)
    }
    const known = entries.ofPath(path.path).filter(isIt)
    const entry = known.find((each) => each.node === node.name) ?? known[0]
    if (entry) return entry.step && entry.queuedIn === readings ? undefined : entry
    return node.ours ? unseen(node, executable, path) : undefined
  }

  /** A job that no reading saw in the queue. */
  function unseen(node: Node, { queueId }: Executable, path: Facts['path']): Facts | undefined {
    const requirement = { kind: 'all', labels: node.labels, matchCase: true } as const
    if (typeof queueId === 'number')
      return { id: String(queueId), path: { ...path, number: undefined }, requirement, step: false }
    if (readings <= UNSURE) return undefined
    return { id: unseenId(path.fullName, path.number, node.name), path, requirement, step: true }
  }

  function onNodes(reading: Reading, bound: ReadonlyMap<string, QueueItem>): readonly JobObservation[] {
    const taken = new Set<string>()
    return works.in(reading, bound, readings).flatMap((work) => {
      const facts = jobOf(work, taken)
      if (!facts) return []
      const node = work.node.name
      taken.add(facts.id)
      entries.put(facts, { seenAt: reading.beganMonotonic, node, run: runPathOf(work.executable.url ?? '') })
      return toObservation(facts, { began: reading.began, state: 'running', takenBy: node }, about)
    })
  }

  return {
    facts: (id) => entries.get(id),
    nodeOf: (id) => entries.get(id)?.node,
    runOf: (id) => entries.get(id)?.run,
    learn: (facts, node) => entries.put(facts, { seenAt: clock.monotonic(), node }),
    jobsIn(reading, bound) {
      readings += 1
      const boundItems = new Set(bound.values())
      const waiting = reading.items.flatMap((item) => (boundItems.has(item) ? [] : (inQueue(item, reading) ?? [])))
      // What is on a node by now has left the queue since that was read.
      const jobs = new Map([...waiting, ...onNodes(reading, bound)].map((job) => [job.externalId, job]))
      entries.keepOnNodes(jobs)
      entries.forget(reading.beganMonotonic - FORGET_MS)
      return [...jobs.values()]
    },
  }
}

/** Id of a step that no reading saw in the queue: by what it runs and where, which stays the same while it runs. */
function unseenId(fullName: string, number: number | undefined, node: string): string {
  return `${fullName}#${number ?? 0}@${node}`
}

/** The node in an id made by `unseenId`. */
export function nodeOfUnseen(id: string): string | undefined {
  return /#\d+@(?<node>[a-z0-9-]+)$/.exec(id)?.groups?.['node']
}
