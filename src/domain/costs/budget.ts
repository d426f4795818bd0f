import type { Money } from '../money.ts'
import type { Amount } from './report.ts'
import type { Team } from './team.ts'

/** What a budget is for. A repository may be a pattern with `*`. */
export type BudgetTarget =
  | { readonly kind: 'pool'; readonly name: string }
  | { readonly kind: 'repository'; readonly name: string }
  /** One of these, of which the first that has a repository gets it. */
  | { readonly kind: 'team'; readonly name: string; readonly teams: readonly Team[] }

export const budgetPeriods = ['day', 'week', 'month'] as const
/** All of UTC; weeks begin on Monday. */
export type BudgetPeriod = (typeof budgetPeriods)[number]

export interface Budget {
  /** `team payments, a month`: unique, and what people read. */
  readonly name: string
  readonly target: BudgetTarget
  readonly limit: Money
  readonly period: BudgetPeriod
  /** The share of the limit from which on people are told: 0.8. */
  readonly warnAt: number
  /** Whether new agents are held once it is spent; running jobs never are. */
  readonly hold: boolean
}

export type BudgetState = 'within' | 'warned' | 'spent'

/** A budget with what its jobs have cost in the period that runs. */
export interface BudgetStatus {
  readonly budget: Budget
  /** Midnights UTC. */
  readonly from: number
  readonly renewsAt: number
  readonly spentNanos: bigint
  /** Machine time without a known price: more was spent than is known. */
  readonly unpricedMs: number
  /** Spent in other currencies, which can't be counted. */
  readonly otherCurrencies: readonly string[]
  readonly state: BudgetState
}

/** A budget as it stands, for people and programs: JSON. */
export interface BudgetView extends Omit<BudgetStatus, 'budget' | 'spentNanos'> {
  readonly name: string
  readonly target: { readonly kind: BudgetTarget['kind']; readonly name: string }
  readonly period: BudgetPeriod
  readonly limit: Amount
  readonly spent: Amount
  readonly warnAt: number
  readonly hold: boolean
}
