import { Transient } from '../../../domain/errors.ts'
import type { MachineState } from '../../../domain/machine.ts'
import { journal, type Context } from '../../context.ts'
import { change } from '../../state.ts'
import { elasticOf, madeMachine, offerTarget, operationTarget, type MadeMachine } from '../elastic.ts'
import { failing, noteHitch, noteRefusal, verdictOf, wordsOf } from './failures.ts'
import { pricesNow } from '../money/prices.ts'

/** Asks how the provider's work on a machine goes; what follows depends on what was being done. */
export async function pollMachine(context: Context, key: string): Promise<void> {
  const machine = madeMachine(context, key)
  const elastic = machine && elasticOf(context, machine.fleet)
  const operation = machine?.made.operation
  if (!elastic || operation === undefined) return
  let answer: 'pending' | 'done'
  try {
    answer = await elastic.poll(machine.fleet, operation)
  } catch (error) {
    context.known.sightings.tried.add(key)
    return pollFailed(context, key, operation, error)
  }
  context.known.sightings.tried.add(key)
  context.backoffs.ok(operationTarget(key))
  if (answer === 'done') return operationDone(context, key, operation)
  if (isOverdue(context, key, operation)) await workOverdue(context, key, operation)
}

/** Stopping and deleting have no deadline of the plan. What takes longer than this hangs. */
const patienceMs = 600_000
/** The same of a machine that is no longer listed. */
const goneMs = 60_000

function isOverdue(context: Context, key: string, operation: string): boolean {
  const { following, missingSince } = context.known.sightings
  const now = context.clock.monotonic()
  const known = following.get(key)
  if (known?.operation === operation) return now - known.since >= (missingSince.has(key) ? goneMs : patienceMs)
  following.set(key, { operation, since: now })
  return false
}

async function workOverdue(context: Context, key: string, operation: string): Promise<void> {
  const machine = current(context, key, operation)
  const ours = machine?.state === 'deleting' || machine?.state === 'stopping'
  if (machine && ours) await workFailed(context, machine, new Transient('its provider does not come to an end with it'))
}

/** The same work still: the record may have turned to something else while we asked. */
function current(context: Context, key: string, operation: string | undefined): MadeMachine | undefined {
  const machine = madeMachine(context, key)
  return machine?.made.operation === operation ? machine : undefined
}

/** Where each kind of work leads. */
const leadsTo: Partial<Record<MachineState, MachineState>> = {
  creating: 'booting',
  starting: 'booting',
  stopping: 'stopped',
}

/** `operation` undefined: the work was done at once. */
export async function operationDone(context: Context, key: string, operation: string | undefined): Promise<void> {
  const machine = current(context, key, operation)
  if (!machine) return
  const now = context.clock.wall()
  if (machine.state === 'deleting') {
    context.known.sightings.deletedAt.set(key, now)
    if (operation !== undefined)
      await context.state.commit([change('machine', machine, { made: { ...machine.made, operation: undefined } })])
    return
  }
  const state = leadsTo[machine.state]
  if (!state) return
  if (state === 'booting') context.backoffs.ok(offerTarget(machine.fleet, machine.made.offer))
  await context.state.commit([
    change('machine', machine, {
      state,
      stateAt: now,
      made: { ...madeAfter(context, machine), operation: undefined },
    }),
    journal(context, `machine-${state}`, `machine:${key}`, machine.made.endReason ?? machine.made.reason, 'noted'),
  ])
}

/** A stopped machine costs its disk alone. */
function madeAfter(context: Context, machine: MadeMachine): MadeMachine['made'] {
  if (machine.state !== 'stopping') return machine.made
  const prices = pricesNow(context, machine, 'stopped')
  return { ...machine.made, prices }
}

async function pollFailed(context: Context, key: string, operation: string, error: unknown): Promise<void> {
  const machine = current(context, key, operation)
  if (!machine) return
  const verdict = verdictOf(error)
  // Whether the question failed or the work did can't be told; only deleting may be asked for again without harm.
  if (verdict === 'again' && machine.state !== 'deleting') return noteHitch(context, machine, error)
  // The provider has forgotten the work, so it is over; the next listing shows what came of it.
  if (verdict === 'absent') return operationDone(context, key, operation)
  await workFailed(context, machine, error)
}

/** What the journal calls the work. */
const kindOf: Partial<Record<MachineState, string>> = { creating: 'create-machine', stopping: 'stop-machine' }

/** The work itself failed, now or when it was asked for. */
export async function workFailed(context: Context, machine: MadeMachine, error: unknown): Promise<void> {
  if (machine.state === 'deleting') {
    noteHitch(context, machine, error)
    return again(context, machine)
  }
  const verdict = noteRefusal(context, machine, error)
  if (machine.state === 'starting' && verdict === 'elsewhere') return backToRest(context, machine, error)
  await context.state.commit(failing(context, machine, kindOf[machine.state] ?? 'start-machine', wordsOf(error)))
}

/** Deleting is asked for until nothing is left. */
async function again(context: Context, machine: MadeMachine): Promise<void> {
  if (machine.made.operation === undefined) return
  await context.state.commit([change('machine', machine, { made: { ...machine.made, operation: undefined } })])
}

/** There is no room to start it now; it stays what it was. */
async function backToRest(context: Context, machine: MadeMachine, error: unknown): Promise<void> {
  const now = context.clock.wall()
  const prices = pricesNow(context, machine, 'stopped')
  await context.state.commit([
    change('machine', machine, {
      state: 'stopped',
      stateAt: now,
      detail: wordsOf(error),
      made: { ...machine.made, operation: undefined, prices },
    }),
    journal(context, 'start-machine', `machine:${machine.key}`, wordsOf(error), 'failed'),
  ])
}
