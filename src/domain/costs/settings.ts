import type { Budget } from './budget.ts'
import type { Compare } from './compare.ts'
import type { Team } from './team.ts'

/** How costs are told, compared and kept within budgets. */
export interface CostSettings {
  /** The first one that has a repository gets it. */
  readonly teams: readonly Team[]
  readonly budgets: readonly Budget[]
  readonly compare: Compare
}

/** Where nothing is said of it. */
export const noCostSettings: CostSettings = {
  teams: [],
  budgets: [],
  compare: { githubHosted: { asOf: '1970-01-01', perMinute: [] }, vmPerJob: {} },
}
