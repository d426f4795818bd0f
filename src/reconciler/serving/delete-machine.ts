import { NotFound, Refused } from '../../domain/errors.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Change } from '../../domain/ports/store.ts'
import { journal, type Context } from '../context.ts'
import { endingChanges } from '../effects/ending.ts'
import { isMade, type MadeMachine } from '../machines/elastic.ts'
import { agentsOn } from '../machines/ended.ts'
import { change } from '../state.ts'

/**
 * Has a machine that we made deleted once nothing is on it. `force`: now, with what runs on it, which the journal
 * tells with the name of who asked for it.
 */
export async function deleteMachine(context: Context, key: string, force: boolean, by: string): Promise<Machine> {
  const machine = context.state.machines.get(key)
  if (!machine) throw new NotFound(`there is no machine ${key}`)
  if (!isMade(machine))
    throw new Refused(`machine ${key} was given by hand: drain it, and take it out of the configuration`)
  if (machine.state === 'deleting') return machine
  const put = force ? deleting(context, machine, by) : leaving(context, machine, by)
  await context.state.commit([
    put,
    ...(force ? killed(context, key, by) : []),
    journal(
      context,
      'delete-machine',
      `machine:${key}`,
      put.record.made?.endReason ?? '',
      force ? 'intended' : 'noted',
      by,
    ),
  ])
  return put.record
}

function deleting(context: Context, machine: MadeMachine, by: string) {
  const now = context.clock.wall()
  const busy = agentsOn(context, machine.key).filter((agent) => agent.state !== 'ending').length
  const reason = `deleted by ${by}${busy === 0 ? '' : `, with ${busy} ${busy === 1 ? 'agent' : 'agents'} on it`}`
  const made = { ...machine.made, operation: undefined, endReason: reason }
  const cordon = machine.cordon ?? { reason, by, at: now }
  return change('machine', machine, { state: 'deleting', stateAt: now, detail: reason, cordon, made })
}

/** It takes nothing new; the plan deletes it once it is empty. */
function leaving(context: Context, machine: MadeMachine, by: string) {
  const reason = `to be deleted, says ${by}`
  const cordon = { reason, by, at: context.clock.wall() }
  return change('machine', machine, { cordon, made: { ...machine.made, endReason: reason } })
}

function killed(context: Context, key: string, by: string): Change[] {
  const detail = `machine ${key} was deleted by ${by}`
  return agentsOn(context, key)
    .filter((agent) => agent.state !== 'ending')
    .flatMap((agent) => endingChanges(context, agent, { kind: 'killed', detail }, detail, by))
}
