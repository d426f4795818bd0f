import type { MachineCost } from '../../domain/costs/report.ts'
import type { Machine } from '../../domain/machine.ts'
import type { ConsoleOperations } from '../../domain/ports/console.ts'
import { journal, type Context } from '../context.ts'
import { lifeOf } from './lives/machine-life.ts'
import { timelineOf } from './lives/timeline.ts'
import { createLiveFeed, type LiveFeedOptions } from './live/feed.ts'
import { policyOf } from './policy.ts'

export interface ConsoleOptions extends LiveFeedOptions {
  readonly costOf: (machine: Machine) => Promise<MachineCost | undefined>
}

/** What the console asks beyond what every caller of the API does. */
export function createConsole(context: Context, options: ConsoleOptions): ConsoleOperations {
  const { state, store } = context
  const feed = createLiveFeed(context, options)
  return {
    now: () => feed.now(),
    watch: (onChange) => feed.watch(onChange),
    async timeline(key) {
      const job = state.jobs.get(key) ?? (await store.get('job', key))
      return job && timelineOf(context, job)
    },
    async machine(key) {
      const machine = state.machines.get(key) ?? (await store.get('machine', key))
      return machine && { ...(await lifeOf(context, machine)), ...(await options.costOf(machine)) }
    },
    policy: () => policyOf(context.wanted()),
    audit: ({ kind, subject, reason, by }) =>
      store.commit([journal(context, kind, subject, reason, kind === 'login-refused' ? 'failed' : 'done', by)]),
  }
}
