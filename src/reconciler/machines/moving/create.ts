import { journal, type Context } from '../../context.ts'
import { change } from '../../state.ts'
import { elasticOf, fleetTarget, madeMachine, offerOf, type MadeMachine } from '../elastic.ts'
import { failing, noteRefusal, wordsOf } from './failures.ts'
import { pricesNow } from '../money/prices.ts'

/** Asks the provider for a machine that is wanted; the same name again is the same machine, so it may be asked twice. */
export async function createMachine(context: Context, key: string): Promise<void> {
  const machine = madeMachine(context, key)
  const elastic = machine && elasticOf(context, machine.fleet)
  if (machine?.state !== 'requested' || !elastic) return
  const order = { name: key, fleet: machine.fleet, offer: offerOf(context, machine) }
  let operation: string | undefined
  try {
    operation = await elastic.create(order)
  } catch (error) {
    context.known.sightings.tried.add(key)
    return createFailed(context, machine, error)
  }
  context.known.sightings.tried.add(key)
  context.backoffs.ok(fleetTarget(machine.fleet))
  await accepted(context, key, operation)
}

/** From here on it costs. If it was given up meanwhile, it costs all the same until it is gone. */
async function accepted(context: Context, key: string, operation: string | undefined): Promise<void> {
  const machine = madeMachine(context, key)
  if (!machine) return
  const now = context.clock.wall()
  const known = machine.made.acceptedAt !== undefined
  const prices = pricesNow(context, machine, 'running')
  const made = known ? machine.made : { ...machine.made, acceptedAt: now, prices }
  if (machine.state !== 'requested')
    return known ? undefined : context.state.commit([change('machine', machine, { made })])
  const state = operation === undefined ? 'booting' : 'creating'
  await context.state.commit([
    change('machine', machine, { state, stateAt: now, made: { ...made, operation } }),
    journal(context, 'machine-accepted', `machine:${key}`, `${made.offer} of fleet ${machine.fleet}`, 'noted'),
  ])
}

async function createFailed(context: Context, asked: MadeMachine, error: unknown): Promise<void> {
  if (noteRefusal(context, asked, error) === 'again') return
  const machine = madeMachine(context, asked.key)
  if (machine?.state !== 'requested') return
  await context.state.commit(failing(context, machine, 'create-machine', wordsOf(error)))
}
