import type { Command } from 'commander'
import { findJobKey } from '../client/find-job.ts'
import type { AgentLog, Explanation } from '../client/types.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { roundBytes } from '../../kit/units.ts'
import { requirementText, since, timeText } from '../output/words.ts'

const MOST_HISTORY = 20

export function addExplain(program: Command, context: Context): void {
  withRemote(program.command('explain'))
    .description('why a job waits, what will start it and about when; or what became of it')
    .argument('<job>', "the job's key, its id in the source, or its address there")
    .action(async (written: string, options: RemoteOptions) => {
      const { api } = await context.connect(options)
      const explanation = await api.explain(await findJobKey(api, written))
      if (options.json) context.screen.json(explanation)
      else show(context, explanation)
    })
}

function show({ screen, io }: Context, { job, agent, pool, words, waits, history, binding, log }: Explanation): void {
  const { colors } = screen
  const now = io.clock.wall()
  const title = [job.workflow, job.name].filter(Boolean).join(' / ')
  screen.line(`${colors.bold(job.key)} ${title} ${colors.dim(`in ${job.repository}`)}`)
  screen.line(
    `${colors.bold(job.conclusion ?? job.state)}, asks for ${requirementText(job.requirement)}${pool === undefined ? '' : `, pool ${pool}`}`,
  )
  if (job.url !== undefined) screen.line(colors.dim(job.url))
  screen.line()
  for (const sentence of words) screen.line(`  ${sentence}`)
  for (const { code, next } of waits) screen.line(`  ${colors.dim(`[${code}]`)} next: ${next}`)
  if (agent) screen.line(`  Agent ${agent.key} on ${agent.machine}: ${agent.state} for ${since(agent.stateAt, now)}.`)
  if (log) screen.line(`  ${logText(log)}`)
  screen.line()
  screen.line(colors.dim(binding))
  if (history.length === 0) return
  screen.line()
  screen.table(
    ['TIME', 'WHAT', 'OUTCOME', 'BY', 'WHY'],
    history
      .slice(0, MOST_HISTORY)
      .map((entry) => [timeText(entry.at), entry.kind, entry.outcome, entry.by, entry.reason]),
  )
}

function logText({ state, url = '', bytes = 0, detail = '' }: AgentLog): string {
  if (state === 'kept') return `Its whole log, ${roundBytes(bytes)}B: ${url}`
  if (state === 'wanted') return 'Its whole log is on its way into the archive.'
  return `Its whole log was lost: ${detail}. The last of it: \`slipway log\`.`
}
