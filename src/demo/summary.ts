import type { GithubStandIn, Job } from './github/index.ts'
import type { Remains } from './stage.ts'

export interface DemoSummary {
  readonly jobs: number
  readonly done: number
  readonly failed: number
  /** Jobs that began more than once: must be none. */
  readonly repeated: number
  readonly wait_p50_s: number
  readonly wait_p95_s: number
  readonly seconds: number
  readonly containers_made: number
  /** Machines at once. */
  readonly machines_most: number
  readonly containers_left: number
  readonly volumes_left: number
  readonly registrations_left: number
  readonly webhooks: {
    readonly sent: number
    readonly dropped: number
    readonly doubled: number
    readonly reordered: number
    readonly recovered: number
  }
}

export function summarize(
  github: GithubStandIn,
  facts: { readonly seconds: number; readonly made: number; readonly most: number; readonly remains: Remains },
): DemoSummary {
  const jobs = github.jobs()
  const waits = jobs.flatMap(waitOf).sort((a, b) => a - b)
  const { sent, dropped, doubled, reordered, redelivered } = github.webhooks()
  return {
    jobs: jobs.length,
    done: jobs.filter((job) => job.conclusion === 'success').length,
    failed: jobs.filter((job) => job.status === 'completed' && job.conclusion !== 'success').length,
    repeated: jobs.filter((job) => job.starts.length > 1).length,
    wait_p50_s: quantile(waits, 0.5),
    wait_p95_s: quantile(waits, 0.95),
    seconds: Number(facts.seconds.toFixed(1)),
    containers_made: facts.made,
    machines_most: facts.most,
    containers_left: facts.remains.containers,
    volumes_left: facts.remains.volumes,
    registrations_left: github.runners().length,
    webhooks: { sent, dropped, doubled, reordered, recovered: redelivered },
  }
}

export function isGood(summary: DemoSummary): boolean {
  const { jobs, done, repeated, containers_left, volumes_left, registrations_left } = summary
  return done === jobs && repeated === 0 && containers_left + volumes_left + registrations_left === 0
}

/** Seconds from being queued to being begun by an agent. */
function waitOf(job: Job): number[] {
  return job.startedAt === undefined ? [] : [(job.startedAt - job.createdAt) / 1000]
}

function quantile(sorted: readonly number[], q: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0).toFixed(2))
}

export function summaryText(summary: DemoSummary): string {
  const { webhooks: hooks } = summary
  const line = (name: string, text: string): string => `  ${name.padEnd(14)} ${text}`
  return [
    isGood(summary) ? 'Every job ran exactly once, and nothing is left.' : 'Something went wrong.',
    line('jobs', `${summary.done} of ${summary.jobs} done in ${summary.seconds} s, ${summary.repeated} run twice`),
    line('queue wait', `p50 ${summary.wait_p50_s} s, p95 ${summary.wait_p95_s} s`),
    line('machines', `${summary.machines_most} at once`),
    line(
      'containers',
      `${summary.containers_made} agents made; ${summary.containers_left} containers and ${summary.volumes_left} volumes left`,
    ),
    line('registrations', `${summary.registrations_left} left`),
    line(
      'webhooks',
      `${hooks.sent} sent, ${hooks.dropped} dropped, ${hooks.doubled} doubled, ${hooks.reordered} out of order, ${hooks.recovered} recovered`,
    ),
  ].join('\n')
}
