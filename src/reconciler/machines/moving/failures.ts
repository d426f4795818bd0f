import {
  InsufficientCapacity,
  NotFound,
  QuotaExceeded,
  Refused,
  Throttled,
  Unauthorized,
} from '../../../domain/errors.ts'
import type { Change } from '../../../domain/ports/store.ts'
import { journal, type Context } from '../../context.ts'
import { change } from '../../state.ts'
import { fleetTarget, offerTarget, operationTarget, type MadeMachine } from '../elastic.ts'

/** Of clouds: 10 s, doubling to 10 min. */
export const cloudBackoffMs = 10_000

/** What a provider's error means for what was asked of it. */
export type Verdict = 'again' | 'elsewhere' | 'hopeless' | 'absent'

export function verdictOf(error: unknown): Verdict {
  if (error instanceof InsufficientCapacity || error instanceof QuotaExceeded) return 'elsewhere'
  if (error instanceof Unauthorized || error instanceof Refused) return 'hopeless'
  return error instanceof NotFound ? 'absent' : 'again'
}

/** Something new was asked for in vain: the trouble is the offer's, or the fleet's. */
export function noteRefusal(context: Context, machine: MadeMachine, error: unknown): Verdict {
  const verdict = verdictOf(error)
  const { fleet, made } = machine
  const target = verdict === 'elsewhere' ? offerTarget(fleet, made.offer) : fleetTarget(fleet)
  context.backoffs.fail(target, error, cloudBackoffMs)
  context.logger.warn({ err: error, machine: machine.key, target }, 'no machine is to be had')
  return verdict
}

/** Work under way on one machine could not be followed or begun: that machine alone is left for a while. */
export function noteHitch(context: Context, machine: MadeMachine, error: unknown): void {
  context.backoffs.fail(operationTarget(machine.key), error)
  if (error instanceof Throttled) context.backoffs.fail(fleetTarget(machine.fleet), error, cloudBackoffMs)
  context.logger.warn({ err: error, machine: machine.key, state: machine.state }, 'work on a machine is held up')
}

/** It comes to nothing: what there may be of it is deleted. */
export function failing(context: Context, machine: MadeMachine, kind: string, reason: string): Change[] {
  const made = { ...machine.made, operation: undefined, failed: true, endReason: reason }
  return [
    change('machine', machine, { state: 'deleting', stateAt: context.clock.wall(), detail: reason, made }),
    journal(context, kind, `machine:${machine.key}`, reason, 'failed'),
  ]
}

/** It never came up: where it was asked for is left alone for a while, so that another place is tried. */
export function noteUnborn(context: Context, machine: MadeMachine, reason: string): void {
  if (machine.made.readyAt !== undefined) return
  context.backoffs.fail(offerTarget(machine.fleet, machine.made.offer), new Error(reason), cloudBackoffMs)
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
