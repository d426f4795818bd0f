import type { Clock } from '../../../domain/ports/clock.ts'
import type { Random } from '../../github/random.ts'
import type { Timers } from '../../github/timers.ts'
import type { Item, Node, Run } from '../records.ts'
import { newSession, type Estate } from './estate.ts'
import type { Announcer } from './happenings.ts'
import { fits } from './labels.ts'

export interface Submission {
  /** Full name: `team/app`. */
  readonly job: string
  readonly label?: string
  /** A step of a Pipeline, whose run has begun. */
  readonly pipeline?: boolean
  /** The run goes on after the step. */
  readonly runGoesOn?: boolean
  /** A further step of a run. */
  readonly run?: Run
  readonly params?: string
  /** Default: until `end`. */
  readonly ms?: number
  readonly quietMs?: number
  readonly blocked?: boolean
}

/** The queue and who builds what. */
export interface Work {
  submit(submission: Submission): Item
  cancel(item: Item): void
  /** Ends what runs on a node; freestyle builds and the runs of last steps end with it. */
  end(node: Node, result?: string): void
  /** Gives out what can be given out. */
  dispatch(): void
  connect(node: Node): void
  disconnect(node: Node): void
  remove(node: Node): void
  /** The process ends and comes back: freestyle builds are lost, steps wait for their nodes. */
  restart(): void
}

export interface WorkOptions {
  readonly estate: Estate
  readonly announcer: Announcer
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly quietMs: number
  readonly remembersOffline: boolean
}

export function createWork(options: WorkOptions): Work {
  const { estate, announcer, clock, timers, random } = options

  function newRun(submission: Pick<Submission, 'pipeline' | 'ms' | 'runGoesOn' | 'job'>, queueId: number): Run {
    const project = estate.project(submission.job)
    const run: Run = {
      project,
      number: project.next,
      kind: submission.pipeline ? 'pipeline' : 'freestyle',
      queueId,
      timestamp: clock.wall(),
      ...(submission.ms !== undefined && { ms: submission.ms }),
      endsWithStep: submission.runGoesOn !== true,
      building: true,
      result: null,
      builtOn: '',
    }
    project.next += 1
    project.runs.unshift(run)
    estate.runs.push(run)
    return run
  }

  function submit(submission: Submission): Item {
    const project = estate.project(submission.job)
    const steps = submission.pipeline === true || submission.run !== undefined
    if (!steps) project.label = submission.label
    const run = submission.run ?? (steps ? newRun(submission, estate.nextId()) : undefined)
    const quietMs = steps ? 0 : (submission.quietMs ?? options.quietMs)
    const item: Item = {
      id: estate.nextId(),
      project,
      params: submission.params ?? '',
      since: clock.wall(),
      buildableAt: clock.wall() + quietMs,
      ...(submission.label !== undefined && { label: submission.label }),
      ...(run && { run }),
      ...(submission.ms !== undefined && { ms: submission.ms }),
      blocked: submission.blocked === true,
      state: 'queued',
    }
    estate.items.set(item.id, item)
    announcer.announce('item-queued', { item })
    if (quietMs > 0) timers.after(quietMs, dispatch)
    dispatch()
    return item
  }

  function dispatch(): void {
    if (estate.down) return
    for (const item of estate.inQueue()) {
      if (item.blocked || item.buildableAt > clock.wall()) continue
      const free = [...estate.nodes.values()].filter((node) => isFree(node) && canTake(node, item))
      const node = random.pick(free)
      if (node) begin(node, item)
    }
  }

  function begin(node: Node, item: Item): void {
    const { fullName } = item.project
    const run = item.run ?? newRun({ job: fullName, ms: item.ms }, item.id)
    run.builtOn = node.name
    item.state = 'left'
    item.executed = run
    node.running = { run, item }
    if (!node.had.includes(run)) node.had.push(run)
    announcer.announce('build-started', { node, run, item })
    if (item.ms !== undefined)
      timers.after(item.ms, () => {
        if (node.running?.item === item) end(node)
      })
  }

  function end(node: Node, result = 'SUCCESS'): void {
    const { running } = node
    if (!running) return
    node.running = undefined
    if (running.run.endsWithStep) Object.assign(running.run, { building: false, result })
    announcer.announce('build-ended', { node, ...running })
    dispatch()
  }

  function disconnect(node: Node): void {
    node.connected = false
  }

  return {
    submit,
    dispatch,
    end,
    disconnect,
    cancel(item) {
      if (item.state === 'queued') item.state = 'cancelled'
    },
    connect(node) {
      node.connected = true
      node.offlineCause ??= node.storedCause
      node.storedCause = undefined
      announcer.announce('agent-connected', { node })
      dispatch()
    },
    remove(node) {
      estate.nodes.delete(node.name)
      disconnect(node)
      // A step is given time to come back, and then ended.
      end(node, node.running?.run.kind === 'pipeline' ? 'ABORTED' : 'FAILURE')
      announcer.announce('node-deleted', { node })
    },
    restart() {
      estate.session = newSession()
      for (const [id, item] of estate.items) if (item.state !== 'queued') estate.items.delete(id)
      for (const node of estate.nodes.values()) {
        const { running } = node
        disconnect(node)
        if (!options.remembersOffline) forgetOffline(node)
        node.running = undefined
        if (!running) continue
        if (running.run.kind === 'freestyle') Object.assign(running.run, { building: false, result: 'FAILURE' })
        else submit({ job: running.run.project.fullName, run: running.run, label: node.name, ms: running.item.ms })
      }
    },
  }
}

function forgetOffline(node: Node): void {
  node.storedCause = node.offlineCause
  node.offlineCause = undefined
}

function isFree(node: Node): boolean {
  return node.connected && node.offlineCause === undefined && !node.running
}

export function canTake(node: Node, item: Pick<Item, 'label'>): boolean {
  if (item.label === undefined) return !node.exclusive
  return fits(item.label, new Set([...node.labels, node.name]))
}
