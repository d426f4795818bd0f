import { Option, type Command } from 'commander'
import { JOB_STATES, type Job, type JobPage } from '../client/types.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { wholeNumber } from '../arguments.ts'
import type { Colors } from '../output/screen.ts'
import { since } from '../output/words.ts'

interface JobsOptions extends RemoteOptions {
  readonly state?: string
  readonly source?: string
  readonly repository?: string
  readonly after?: string
  readonly limit: number
}

export function addJobs(program: Command, context: Context): void {
  withRemote(program.command('jobs'))
    .description('jobs, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(JOB_STATES))
    .option('--source <name>', 'only those of this source')
    .option('--repository <owner/name>', 'only those of this repository')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1000), 50)
    .option('--after <key>', 'only those received before this one: the next page')
    .action(async ({ state, source, repository, after, limit, ...options }: JobsOptions) => {
      const { api } = await context.connect(options)
      const page = await api.jobs({ state, source, repository, after, limit })
      if (options.json) context.screen.json(page)
      else show(context, page)
    })
}

function show({ screen, io }: Context, page: JobPage): void {
  if (page.jobs.length === 0) return screen.line('No such jobs.')
  const now = io.clock.wall()
  screen.table(
    ['JOB', 'STATE', 'REPOSITORY', 'NAME', 'WAITED', 'RAN', 'AGENT'],
    page.jobs.map((job) => [
      job.key,
      stateText(job, screen.colors),
      job.repository,
      [job.workflow, job.name].filter(Boolean).join(' / '),
      job.queuedAt === undefined ? '' : since(job.queuedAt, job.startedAt ?? job.doneAt ?? now),
      job.startedAt === undefined ? '' : since(job.startedAt, job.doneAt ?? now),
      job.agent ?? job.takenBy,
    ]),
  )
  if (page.next !== undefined) screen.line(screen.colors.dim(`There are more: --after ${page.next}`))
}

function stateText(job: Job, colors: Colors): string {
  if (job.state !== 'done') return job.state === 'running' ? colors.cyan(job.state) : job.state
  const conclusion = job.conclusion ?? 'done'
  if (conclusion === 'success') return colors.green(conclusion)
  return ['failure', 'timed_out', 'lost'].includes(conclusion) ? colors.red(conclusion) : conclusion
}
