import { stripVTControlCharacters } from 'node:util'
import type { Command } from 'commander'
import { findJobKey } from '../client/find-job.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { plainLines } from '../output/plain.ts'

interface LogOptions extends RemoteOptions {
  readonly archived?: boolean
}

export function addLog(program: Command, context: Context): void {
  withRemote(program.command('log'))
    .description("the last output of a job's agent; or its whole log")
    .argument('<job>', "the job's key, its id in the source, or its address there")
    .option('--archived', 'the whole log, from the archive')
    .action(async (written: string, { archived = false, ...options }: LogOptions) => {
      // As it was written: names that are cleaned have no new lines.
      const { api } = await context.connect({ ...options, json: true })
      const job = await findJobKey(api, written)
      const log = await api.log(job, archived)
      if (options.json) context.screen.json({ job, archived, log })
      else context.io.stdout.write(context.io.isTty ? harmless(log) : log)
    })
}

/** A log comes from outside, and a terminal obeys what it is told. Into a file or a pipe it goes as it is. */
function harmless(log: string): string {
  const text = plainLines(stripVTControlCharacters(log).replaceAll('\t', '        '))
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
