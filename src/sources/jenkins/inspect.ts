import { NotFound } from '../../domain/errors.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Conclusion, Job, JobObservation } from '../../domain/jobs/job.ts'
import type { Controller, Request } from './api/controller.ts'
import type { Dialect } from './dialect.ts'
import type { Tracks } from './nodes/tracks.ts'
import { askOf } from './reading/asks.ts'
import { nodeOfUnseen, type Book } from './reading/book.ts'
import type { Digest } from './reading/digest.ts'
import { factsOf, toObservation, type About, type Facts, type Sight } from './reading/facts.ts'
import { runPathOf } from './reading/job-path.ts'
import type { Reader } from './reading/reading.ts'
import {
  BUILD_QUERY,
  buildSchema,
  BUILDS_QUERY,
  buildsSchema,
  ITEM_QUERY,
  oneItemSchema,
  type Build,
  type OneItem,
} from './reading/shapes.ts'

export interface InspectOptions {
  readonly about: About
  readonly dialect: Dialect
  readonly controller: Controller
  readonly reader: Reader<Digest>
  readonly book: Book
  readonly tracks: Pick<Tracks, 'note'>
  readonly clock: Clock
}

/**
 * One job that the queue no longer holds and no executor shows: what became of it, in one or two requests. One that the
 * controller no longer knows is done and lost.
 */
export function createInspect(options: InspectOptions) {
  const { about, book, clock } = options

  return async function inspect(job: Job): Promise<JobObservation> {
    const began = clock.wall()
    const facts = factsOf(job) ?? book.facts(job.externalId)
    if (!facts) return lost(job, began)
    const node = await nodeNow(options, job)
    if (node !== undefined) {
      book.learn(facts, node)
      return say(facts, { began, state: 'running', takenBy: node })
    }
    return facts.step ? ofStep(facts, job, began) : ofBuild(facts, job, began)
  }

  function say(facts: Facts, sight: Sight): JobObservation {
    return toObservation(facts, sight, about)
  }

  /** A build of its own. Where no reading showed which, its project remembers it by the id that it had in the queue. */
  async function ofBuild(facts: Facts, job: Job, began: number): Promise<JobObservation> {
    const run = book.runOf(facts.id)
    const build = await (run === undefined ? findBuild(options, facts) : readRun(options, facts, run))
    if (build) return say(facts, sightOfBuild(build, facts, began))
    const item = await readItem(options, facts)
    if (item === 'unknown') return say(facts, { began, state: 'done', conclusion: 'lost', takenBy: job.takenBy })
    return say(facts, await sightOfItem(options, item, began))
  }

  function sightOfBuild(build: Build, facts: Facts, began: number): Sight {
    const takenBy = build.builtOn || undefined
    const run = runPathOf(build.url ?? `${facts.path.path}${build.number ?? ''}/`)
    if (takenBy !== undefined && run !== undefined) options.tracks.note(takenBy, run)
    if (build.building) return { began, state: 'running', takenBy }
    return { began, state: 'done', conclusion: conclusionOf(build.result), takenBy }
  }

  /** A step of a Pipeline: the run may go on, and then nobody says how this step ended. */
  async function ofStep(facts: Facts, job: Job, began: number): Promise<JobObservation> {
    const takenBy = job.takenBy ?? nodeOfUnseen(facts.id)
    const item = nodeOfUnseen(facts.id) === undefined ? await readItem(options, facts) : 'unknown'
    if (item !== 'unknown' && !item.executable)
      return say(facts, { ...(await sightOfItem(options, item, began)), takenBy })
    const { path, number = 0 } = facts.path
    const run = await readRun(options, facts, `${path}${number}/`)
    if (!run) return say(facts, { began, state: 'done', conclusion: 'lost', takenBy })
    return say(facts, {
      began,
      state: 'done',
      conclusion: run.building ? 'neutral' : conclusionOf(run.result),
      takenBy,
    })
  }
}

/** The node that it is on, or waits to go on with, as the newest reading shows. */
async function nodeNow({ book, reader }: InspectOptions, job: Job): Promise<string | undefined> {
  const on = book.nodeOf(job.externalId)
  if (on !== undefined) return on
  const { takenBy } = job
  const run = runPathOf(job.url ?? '')
  if (takenBy === undefined || run === undefined) return undefined
  const newest = reader.newest() ?? (await reader.fresh())
  const bound = newest.bound.get(takenBy)?.task?.url
  const running = newest.reading.nodes.get(takenBy)?.running.map(({ url }) => url) ?? []
  return [bound, ...running].some((url) => runPathOf(url ?? '') === run) ? takenBy : undefined
}

async function sightOfItem({ reader, dialect }: InspectOptions, item: OneItem, began: number): Promise<Sight> {
  if (item.cancelled) return { began, state: 'done', conclusion: 'cancelled' }
  if ((item.why ?? undefined) === undefined) return { began, state: 'running' }
  const { reading } = reader.newest() ?? (await reader.fresh())
  const ask = askOf(item, reading, dialect)
  return { began, state: ask.kind === 'labels' ? ask.state : 'waiting' }
}

async function findBuild({ controller, dialect }: InspectOptions, facts: Facts): Promise<Build | undefined> {
  const { path, fullName } = facts.path
  const what = `read the builds of ${fullName}`
  const found = await ifThere(
    controller.json({ path: `${path}${BUILDS_QUERY}`, what, needs: 'Job/Read' }, buildsSchema),
  )
  // The newest come first; of those that may be it, the oldest is.
  return (found?.value.builds ?? []).findLast((build) => dialect.isBuildOf(facts.id, build))
}

async function readRun({ controller }: InspectOptions, { path }: Facts, run: string): Promise<Build | undefined> {
  const request: Request = {
    path: `${run}${BUILD_QUERY}`,
    what: `read run ${run.slice(path.path.length, -1)} of ${path.fullName}`,
    needs: 'Job/Read',
  }
  return (await ifThere(controller.json(request, buildSchema)))?.value
}

/** `unknown`: the controller forgets items minutes after they have left the queue, and when it is restarted. */
async function readItem(options: InspectOptions, { id }: Facts): Promise<OneItem | 'unknown'> {
  const { controller, dialect, reader } = options
  const path = dialect.itemPath(id)
  if (path === undefined) {
    const { reading } = await reader.fresh()
    return reading.items.find((item) => dialect.jobId(item) === id) ?? 'unknown'
  }
  const request: Request = { path: `${path}${ITEM_QUERY}`, what: `read the queue's item ${id}`, needs: 'Overall/Read' }
  return (await ifThere(controller.json(request, oneItemSchema)))?.value ?? 'unknown'
}

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

const CONCLUSIONS: Readonly<Record<string, Conclusion>> = {
  SUCCESS: 'success',
  UNSTABLE: 'failure',
  FAILURE: 'failure',
  ABORTED: 'cancelled',
  NOT_BUILT: 'skipped',
}

function conclusionOf(result: string | null | undefined): Conclusion {
  return CONCLUSIONS[result ?? ''] ?? 'lost'
}

function lost(job: Job, began: number): JobObservation {
  const { source, scope, externalId, attempt, requirement, origin, repository, workflow, name, takenBy } = job
  const facts = { source, scope, externalId, attempt, requirement, origin, repository, workflow, name, takenBy }
  return { via: 'read', began, state: 'done', conclusion: 'lost', ...facts }
}
