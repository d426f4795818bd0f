import type { Context } from '../../context.ts'
import { change } from '../../state.ts'
import { elasticOf, madeMachine, operationTarget } from '../elastic.ts'
import { noteHitch } from './failures.ts'
import { operationDone } from './poll.ts'

/** Asks for all of the machine to be deleted. What is not there is done, so it may be asked again. */
export async function deleteMachine(context: Context, key: string): Promise<void> {
  const machine = madeMachine(context, key)
  const elastic = machine && elasticOf(context, machine.fleet)
  if (machine?.state !== 'deleting' || machine.made.operation !== undefined || !elastic) return
  context.runtimes.forget(key)
  let operation: string | undefined
  try {
    operation = await elastic.delete(machine.fleet, key)
  } catch (error) {
    return noteHitch(context, machine, error)
  }
  context.backoffs.ok(operationTarget(key))
  if (operation === undefined) return operationDone(context, key, undefined)
  const now = madeMachine(context, key)
  if (now?.state === 'deleting')
    await context.state.commit([change('machine', now, { made: { ...now.made, operation } })])
}
