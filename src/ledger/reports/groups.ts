import type { CostGroup } from '../../domain/costs/report.ts'
import { noTeam, teamOf, type Team } from '../../domain/costs/team.ts'

type GroupColumn = 'day' | 'fleet' | 'pool' | 'repository' | 'workflow' | 'name' | 'labels'
type Keys = Readonly<Partial<Record<GroupColumn, string | number>>>

/** How the rows of the store become lines of a report. */
export interface Grouping {
  /** Columns that the store is to sum by. */
  readonly columns: readonly GroupColumn[]
  /** The lines that a row belongs to; none where it is of no line. */
  readonly lines: (keys: Keys) => readonly string[]
  /** Whether waste has a line: it has no job, so no repository. */
  readonly hasWaste: boolean
}

/** What a line is called whose rows have no value there. */
const none = 'none'

export function groupingOf(by: CostGroup, teams: readonly Team[]): Grouping {
  switch (by) {
    case 'repository':
      return ofJobs(['repository'], path)
    case 'workflow':
      return ofJobs(['repository', 'workflow'], path)
    case 'job':
      return ofJobs(['repository', 'workflow', 'name'], path)
    case 'team':
      return ofJobs(['repository'], ([repository]) => [repository === undefined ? noTeam : teamOf(teams, repository)])
    case 'label':
      return ofJobs(['labels'], ([labels]) => (labels ? labels.split(',') : [none]))
    case 'pool':
    case 'fleet':
      return { columns: [by], hasWaste: true, lines: (keys) => [text(keys[by]) ?? none] }
    case 'day':
      return {
        columns: ['day'],
        hasWaste: true,
        lines: ({ day }) => [new Date(Number(day)).toISOString().slice(0, 10)],
      }
  }
}

function ofJobs(
  columns: readonly GroupColumn[],
  lines: (values: readonly (string | undefined)[]) => readonly string[],
): Grouping {
  return { columns, hasWaste: false, lines: (keys) => lines(columns.map((column) => text(keys[column]))) }
}

/** `acme/web / build.yml / test`; what has no name there is left out. */
function path(values: readonly (string | undefined)[]): readonly string[] {
  return [values.filter(Boolean).join(' / ') || none]
}

function text(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}
