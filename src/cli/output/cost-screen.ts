import { roundDuration } from '../../kit/units.ts'
import type { CostLine, CostReport } from '../client/types.ts'
import { costText } from './money.ts'
import type { Cell, Screen } from './screen.ts'
import { counted, since } from './words.ts'

type Sum = CostLine['costs'][number]

const MOST_LINES = 100

/** The lines, the total, then what the same jobs would have cost otherwise, and what one must know to read it. */
export function showCosts(screen: Screen, report: CostReport, now: number): void {
  const { colors } = screen
  const { rows, total, by, since: from, until } = report
  const withWaste = by === 'pool' || by === 'fleet' || by === 'day'
  screen.line(`${colors.bold(`Cost by ${by}`)} ${colors.dim(`${dayText(from)} to ${dayText(until - 1)}, UTC`)}`)
  screen.line()
  if (rows.length === 0 && total.jobMs + total.wasteMs === 0) screen.line('Nothing ran, and no machine was there.')
  else
    screen.table(
      withWaste
        ? [by.toUpperCase(), 'JOBS', 'RAN', 'WAITED', 'COST', 'OF JOBS', 'WASTE']
        : [by.toUpperCase(), 'JOBS', 'RAN', 'WAITED', 'COST', 'PER JOB'],
      [
        ...rows.slice(0, MOST_LINES).map((line) => (withWaste ? wholeRow(line) : jobsRow(line))),
        ...(withWaste || total.wasteMs === 0 ? [] : [['(waste)', '', '', '', wasteText(total), '']]),
        withWaste ? wholeRow(total) : jobsRow(total, (sum) => sum.total),
      ],
    )
  if (rows.length > MOST_LINES) screen.line(colors.dim(`and ${rows.length - MOST_LINES} more: --csv has them all`))
  showComparisons(screen, report)
  showPrices(screen, report, now)
  for (const note of report.notes) screen.line(colors.dim(`Note: ${note}.`))
}

function jobsRow(line: CostLine, amount: (sum: Sum) => string = (sum) => sum.jobs): readonly Cell[] {
  return [...timeCells(line), amountText(line, amount), textOf(line, (sum) => sum.perJob)]
}

function wholeRow(line: CostLine): readonly Cell[] {
  return [...timeCells(line), amountText(line, (sum) => sum.total), textOf(line, (sum) => sum.jobs), wasteText(line)]
}

/** Runs of all jobs together, waits of one in the mean. */
function timeCells({ key, jobs, runMs, waitMs }: CostLine): readonly Cell[] {
  return [key, jobs, roundDuration(runMs), jobs === 0 ? '' : roundDuration(waitMs / jobs)]
}

/** Never nothing where something is not known: `≥ 12.00 USD (3h without a price)`, `? (3h without a price)`. */
function amountText(line: CostLine, amount: (sum: Sum) => string): string {
  const known = textOf(line, amount)
  if (line.unpricedMs === 0) return known || (line.jobMs + line.wasteMs > 0 ? '?' : '–')
  return `${known ? `≥ ${known}` : '?'} (${roundDuration(line.unpricedMs)} without a price)`
}

function textOf({ costs }: CostLine, amount: (sum: Sum) => string | undefined): string {
  return costs
    .flatMap((sum) => {
      const nanos = amount(sum)
      return nanos === undefined ? [] : [costText({ nanos, currency: sum.currency })]
    })
    .join(' + ')
}

/** The largest kinds first: `3.10 USD (idle 1.20, boot 0.50)`. */
function wasteText({ costs }: CostLine): string {
  return costs
    .filter(({ waste }) => waste !== '0')
    .map(({ waste, wasteBy, currency }) => {
      const kinds = Object.entries(wasteBy)
        .filter(([, nanos]) => nanos !== '0')
        .sort(([, a], [, b]) => (BigInt(a) > BigInt(b) ? -1 : 1))
        .map(([kind, nanos]) => `${kind} ${costText({ nanos, currency: '' }).trim()}`)
      return `${costText({ nanos: waste, currency })} (${kinds.join(', ')})`
    })
    .join(' + ')
}

function showComparisons(screen: Screen, { total, comparisons }: CostReport): void {
  if (total.jobs === 0) return
  screen.line()
  screen.line(`The same ${counted(total.jobs, 'job')} would have cost`)
  for (const { with: name, how, asOf, atLeast, missing } of comparisons) {
    const compared = total.compared.find((other) => other.with === name)
    const amounts = compared?.amounts.map(costText).join(' + ')
    const text = amounts ? `${atLeast ? '≥ ' : ''}${amounts}` : '?'
    const date = asOf === undefined ? '' : `, prices as of ${asOf}`
    screen.line(`  ${screen.colors.bold(`${name}: ${text}`)} ${screen.colors.dim(`(${how}${date})`)}`)
    for (const what of missing) screen.line(screen.colors.yellow(`    not known: ${what}`))
  }
}

function showPrices(screen: Screen, { prices }: CostReport, now: number): void {
  const told = prices.flatMap(({ fleet, readAt, stale, missing }) => [
    ...(stale ? [`The prices of fleet ${fleet} are old: read ${since(readAt, now)} ago.`] : []),
    ...(missing.length > 0 ? [`Nobody knows what these cost in fleet ${fleet}: ${missing.join(', ')}.`] : []),
  ])
  if (told.length === 0) return
  screen.line()
  for (const text of told) screen.line(screen.colors.yellow(text))
}

function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
