import type { Clock } from '../domain/ports/clock.ts'
import type { Plan } from '../domain/plan.ts'
import { atMost } from './bounded.ts'
import { callBuckets, seconds, waitBuckets, type Instruments } from './instruments.ts'
import type { ChangeWatcher } from './ports/measure-store.ts'

interface Recovered {
  readonly compared: number
  readonly missed: number
  readonly redelivered: number
}

/** What the rooms of the service report as it happens. */
export interface Happenings {
  /** One thing that the server counted: a webhook and what became of it, or an answer of the API. */
  readonly onServerEvent: (counter: 'hook' | 'api', labels: Readonly<Record<string, string>>) => void
  readonly onPlan: (plan: Plan, ms: number) => void
  /** One turn of a loop; `lagMs`: how long after it was due or asked for it began. */
  readonly onLoop: (name: string, ms: number, failed: boolean, lagMs: number) => void
  /** How long after its making a webhook arrived, by the sender's clock. */
  readonly onHookLag: (source: string, ms: number) => void
  /** Requests that the source's API still grants to one of its accounts in its hour. */
  readonly onPointsLeft: (source: string, account: string, points: number) => void
  /** A build came to a Jenkins node that had had its one. */
  readonly onExtraBuild: (source: string) => void
  /** What a look for lost webhooks found. */
  readonly onRecovery: (source: string, found: Recovered) => void
}

/** Reasons for ignoring a webhook come from its source; more than this are one. */
const IGNORE_REASONS = 50

const planBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5] as const

export function createHappenings(make: Instruments, clock: Clock): Happenings & Pick<ChangeWatcher, 'expect'> {
  const hooks = make.counter('hooks_total', 'Webhooks, by what became of them.', ['source', 'outcome'])
  const ignored = make.counter('hooks_ignored_total', 'Webhooks that were not for us, by why.', ['source', 'reason'])
  const answers = make.counter('api_requests_total', 'Answers of the admin listener.', ['method', 'route', 'status'])
  const lag = make.histogram('hook_lag_seconds', 'From making a webhook to its arrival.', ['source'], waitBuckets)
  const points = make.gauge('source_points_left', 'Requests left in the hour.', ['source', 'account'])
  const planTime = make.histogram('plan_duration_seconds', 'One plan and storing its intents.', [], planBuckets)
  const actions = make.counter('plan_actions_total', 'Actions that plans wanted.', ['kind'])
  const loopTime = make.histogram('loop_duration_seconds', 'One turn of a loop.', ['loop'], callBuckets)
  const loopLag = make.histogram(
    'loop_lag_seconds',
    'From a turn being due, or asked for, to its beginning.',
    ['loop'],
    callBuckets,
  )
  const loopErrors = make.counter('loop_errors_total', 'Turns of a loop that failed.', ['loop'])
  const loopGood = make.gauge('loop_last_good_timestamp_seconds', 'When its newest good turn ended.', ['loop'])
  const compared = make.counter('deliveries_compared_total', 'Deliveries the source says it sent.', ['source'])
  const missed = make.counter('deliveries_missed_total', 'Those of them that never arrived.', ['source'])
  const redelivered = make.counter('deliveries_redelivered_total', 'Those that were asked for again.', ['source'])
  const extra = make.counter('jenkins_extra_builds_total', 'Builds that came to a node which had its one.', ['source'])
  const reasonOf = atMost(IGNORE_REASONS)

  return {
    expect({ sources }) {
      for (const source of sources) for (const counter of [compared, missed, redelivered]) counter.inc({ source }, 0)
    },
    onServerEvent(counter, labels) {
      if (counter === 'api') {
        answers.inc({ method: labels['method'] ?? '', route: labels['route'] ?? '', status: labels['status'] ?? '' })
        return
      }
      const source = labels['source'] ?? ''
      hooks.inc({ source, outcome: labels['outcome'] ?? '' })
      if (labels['reason']) ignored.inc({ source, reason: reasonOf(labels['reason']) })
    },
    onHookLag: (source, ms) => lag.observe({ source }, seconds(ms)),
    onPointsLeft: (source, account, left) => points.set({ source, account }, left),
    onExtraBuild: (source) => extra.inc({ source }),
    onPlan(plan, ms) {
      planTime.observe(seconds(ms))
      for (const { kind } of plan.actions) actions.inc({ kind })
    },
    onLoop(loop, ms, failed, lagMs) {
      loopTime.observe({ loop }, seconds(ms))
      loopLag.observe({ loop }, seconds(lagMs))
      loopErrors.inc({ loop }, failed ? 1 : 0)
      if (!failed) loopGood.set({ loop }, seconds(clock.wall()))
    },
    onRecovery(source, found) {
      compared.inc({ source }, found.compared)
      missed.inc({ source }, found.missed)
      redelivered.inc({ source }, found.redelivered)
    },
  }
}
