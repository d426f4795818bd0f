import type { ElasticProvider } from '../../../domain/ports/provider.ts'
import type { Context } from '../../context.ts'
import { change } from '../../state.ts'
import { elasticOf, fleetTarget, madeMachine, operationTarget, type MadeMachine } from '../elastic.ts'
import { noteHitch, verdictOf } from './failures.ts'
import { operationDone, workFailed } from './poll.ts'
import { pricesNow } from '../money/prices.ts'

/** Has an empty machine stopped and kept. */
export async function stopMachine(context: Context, key: string): Promise<void> {
  // Nothing of ours is on it; its engine is about to go.
  context.runtimes.forget(key)
  await ask(context, key, 'stopping', (rest, machine) => rest.stop(machine.fleet, key))
}

/** Has a stopped machine started. From the moment that this is accepted it costs what a running one does. */
export async function startMachine(context: Context, key: string): Promise<void> {
  await ask(context, key, 'starting', (rest, machine) => rest.start(machine.fleet, key))
}

async function ask(
  context: Context,
  key: string,
  state: 'stopping' | 'starting',
  call: (rest: NonNullable<ElasticProvider['rest']>, machine: MadeMachine) => Promise<string | undefined>,
): Promise<void> {
  const machine = madeMachine(context, key)
  const rest = machine && elasticOf(context, machine.fleet)?.rest
  if (machine?.state !== state || machine.made.operation !== undefined || !rest) return
  let operation: string | undefined
  try {
    operation = await call(rest, machine)
  } catch (error) {
    if (verdictOf(error) === 'again') return noteHitch(context, machine, error)
    const now = madeMachine(context, key)
    return now?.state === state ? workFailed(context, now, error) : undefined
  }
  context.backoffs.ok(fleetTarget(machine.fleet))
  context.backoffs.ok(operationTarget(key))
  await begun(context, key, state, operation)
  if (operation === undefined) await operationDone(context, key, undefined)
}

async function begun(context: Context, key: string, state: string, operation: string | undefined): Promise<void> {
  const machine = madeMachine(context, key)
  if (machine?.state !== state) return
  const { made } = machine
  const prices = state === 'starting' ? pricesNow(context, machine, 'running') : made.prices
  if (operation === undefined && prices === made.prices) return
  await context.state.commit([change('machine', machine, { made: { ...made, operation, prices } })])
}
