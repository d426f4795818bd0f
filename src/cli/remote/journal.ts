import { InvalidArgumentError, type Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { BadUnit, parseDuration } from '../../kit/units.ts'
import { timeText } from '../output/words.ts'

interface JournalOptions extends RemoteOptions {
  readonly subject?: string
  readonly kind?: string
  readonly since?: Moment
  readonly limit: number
}

/** A moment, or how long before now. */
type Moment = { readonly at: number } | { readonly ago: number }

export function addJournal(program: Command, context: Context): void {
  withRemote(program.command('journal'))
    .description('what was done, why, and what came of it; newest first')
    .option('--subject <subject>', 'only about this: job:KEY, agent:KEY, machine:NAME, pool:NAME, source:NAME')
    .option('--kind <kind>', 'only this kind, for example start-agent')
    .option('--since <time>', 'only since: 2h, 3d, or 2026-01-31T08:00Z', moment)
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1000), 50)
    .action(async ({ subject, kind, since, limit, ...options }: JournalOptions) => {
      const { api } = await context.connect(options)
      const from = since && ('at' in since ? since.at : context.io.clock.wall() - since.ago)
      const entries = await api.journal({ subject, kind, since: from, limit })
      if (options.json) return context.screen.json({ entries })
      if (entries.length === 0) return context.screen.line('No such entries.')
      return context.screen.table(
        ['TIME', 'WHAT', 'ABOUT', 'OUTCOME', 'BY', 'WHY'],
        entries.map((entry) => [timeText(entry.at), entry.kind, entry.subject, entry.outcome, entry.by, entry.reason]),
      )
    })
}

function moment(written: string): Moment {
  const at = /^\d{4}-/.test(written) ? Date.parse(written) : Number.NaN
  if (!Number.isNaN(at)) return { at }
  try {
    return { ago: parseDuration(written) }
  } catch (error) {
    if (!(error instanceof BadUnit)) throw error
    throw new InvalidArgumentError(
      "expected how long ago, for example '2h', or a time, for example '2026-01-31T08:00Z'",
    )
  }
}
