import { Conflict } from '../../../domain/errors.ts'
import type { Fleet } from '../../../domain/fleet.ts'
import type { ProviderListing, ProviderMachine } from '../../../domain/ports/provider.ts'
import type { Change } from '../../../domain/ports/store.ts'
import { journal, type Context } from '../../context.ts'
import { change } from '../../state.ts'
import { allocatableOf, sameResources } from '../allocatable.ts'
import { isMade, madeMachine, operationTarget, type MadeMachine } from '../elastic.ts'
import { endMachine, forgetImages, lostAgents } from '../ended.ts'
import { cordoning } from '../intents.ts'
import { noteUnborn } from '../moving/failures.ts'
import { pricesNow } from '../money/prices.ts'

/** A machine that is still listed this long after the work of deleting it ended is deleted again. */
const lingerMs = 60_000

/** Compares what a provider lists of a fleet with what we hold of the machines that we made (rule 6). */
export async function followListing(context: Context, fleet: Fleet, listing: ProviderListing): Promise<void> {
  const listed = new Map(listing.machines.map((machine) => [machine.name, machine]))
  for (const machine of [...context.state.machines.values()].filter(isMade)) {
    if (machine.fleet !== fleet.name) continue
    try {
      await followOne(context, fleet, machine.key, listed.get(machine.key), listing.began)
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
      context.logger.debug({ err: error, machine: machine.key }, 'machine changed during the listing')
    }
  }
}

async function followOne(
  context: Context,
  fleet: Fleet,
  key: string,
  seen: ProviderMachine | undefined,
  began: number,
): Promise<void> {
  const machine = madeMachine(context, key)
  if (!machine) return
  if (machine.state === 'deleting') return followDeleting(context, machine, seen, began)
  if (seen?.endpoint && hasEngine(machine)) context.runtimes.connect(key, seen.endpoint)
  // There is no engine to look at: this is all that can be seen of it.
  if (seen && !seen.endpoint && machine.state === 'booting') context.known.sightings.tried.add(key)
  const changes =
    arrival(context, machine, seen, began) ?? loss(context, machine, seen, began) ?? resizing(machine, fleet) ?? []
  await context.state.commit(changes)
}

function hasEngine({ state }: MadeMachine): boolean {
  return state !== 'requested' && state !== 'stopping' && state !== 'stopped'
}

async function followDeleting(
  context: Context,
  machine: MadeMachine,
  seen: ProviderMachine | undefined,
  began: number,
): Promise<void> {
  const { deletedAt, missingSince } = context.known.sightings
  if (began > machine.stateAt) {
    if (seen) missingSince.delete(machine.key)
    else if (!missingSince.has(machine.key)) missingSince.set(machine.key, began)
  }
  const ended = deletedAt.get(machine.key)
  if (ended !== undefined && began > ended) {
    if (!seen) return endMachine(context, machine)
    if (seen.state !== 'deleting' && began > ended + lingerMs) deletedAt.delete(machine.key)
  }
  // It answers, so there is no need to wait with asking for what is left.
  if (!seen && machine.made.operation === undefined) context.backoffs.ok(operationTarget(machine.key))
  await context.state.commit(resting(context, machine, seen))
}

/** What was stopped before it could be deleted costs its disk alone. */
function resting(context: Context, machine: MadeMachine, seen: ProviderMachine | undefined): Change[] {
  const { made } = machine
  if (seen?.state !== 'stopped' || made.prices.at(-1)?.what !== 'running') return []
  const prices = pricesNow(context, machine, 'stopped')
  return [change('machine', machine, { made: { ...made, prices } })]
}

/** Its provider says that it runs, and how to reach it; or that it has come to rest. */
function arrival(
  context: Context,
  machine: MadeMachine,
  seen: ProviderMachine | undefined,
  began: number,
): Change[] | undefined {
  const { state, made } = machine
  const newer = began > machine.stateAt
  if (state === 'stopping' && seen?.state === 'stopped' && newer)
    return arrived(context, machine, 'stopped', made.endReason ?? made.reason)
  if (seen && state === 'requested' && made.acceptedAt === undefined) return foundAccepted(context, machine)
  if (seen?.state !== 'running' || !seen.endpoint) return undefined
  const comes = state === 'creating' || (state === 'starting' && newer && made.operation !== undefined)
  const woke = state === 'stopped' && newer
  if (!comes && !woke) return undefined
  context.runtimes.connect(machine.key, seen.endpoint)
  return arrived(context, machine, 'booting', woke ? 'somebody else started it' : made.reason)
}

/** The answer to our asking for it was lost; it is asked for again all the same, to learn how that goes. */
function foundAccepted(context: Context, machine: MadeMachine): Change[] {
  const now = context.clock.wall()
  const prices = pricesNow(context, machine, 'running')
  return [change('machine', machine, { made: { ...machine.made, acceptedAt: now, prices } })]
}

function arrived(context: Context, machine: MadeMachine, state: 'booting' | 'stopped', reason: string): Change[] {
  const now = context.clock.wall()
  const prices = pricesNow(context, machine, state === 'booting' ? 'running' : 'stopped')
  const made = { ...machine.made, operation: undefined, prices }
  return [
    change('machine', machine, { state, stateAt: now, made }),
    journal(context, `machine-${state}`, `machine:${machine.key}`, reason, 'noted'),
  ]
}

/**
 * The provider's word that a machine is no more. While its engine answers, that is no reason to end what runs there:
 * it only takes nothing new.
 */
function loss(
  context: Context,
  machine: MadeMachine,
  seen: ProviderMachine | undefined,
  began: number,
): Change[] | undefined {
  // Only what is newer than the record's last intent or effect counts; and while work is under way, the work tells.
  if (began <= machine.stateAt || isWorkedOn(context, machine, seen)) return undefined
  if (['requested', 'stopping', 'starting'].includes(machine.state)) return undefined
  const word = wordOn(context, machine, seen, began)
  if (word === undefined) return undefined
  // A look has the last word; where nobody says any more how to reach the machine, there is none.
  if (machine.state === 'ready' && context.runtimes.of(machine.key))
    return seen && !machine.cordon ? cordoning(context, machine, word) : undefined
  noteUnborn(context, machine, word)
  return losing(context, machine, word, seen?.state === 'stopped')
}

/** Unless nobody can tell what became of the work, and the machine has failed. */
function isWorkedOn(context: Context, machine: MadeMachine, seen: ProviderMachine | undefined): boolean {
  if (machine.made.operation === undefined) return false
  return seen?.state !== 'failed' || context.backoffs.failures(operationTarget(machine.key)) === 0
}

function wordOn(
  context: Context,
  machine: MadeMachine,
  seen: ProviderMachine | undefined,
  began: number,
): string | undefined {
  if (seen?.state === 'failed') return `its provider gave it up: ${seen.detail ?? 'no reason given'}`
  if (seen?.state === 'deleting') return 'somebody else is deleting it'
  const { missingSince } = context.known.sightings
  const word = absence(machine, seen)
  if (word === undefined) missingSince.delete(machine.key)
  if (word === undefined) return undefined
  // Once may be a slip of the listing: it takes two in a row.
  const since = missingSince.get(machine.key)
  if (since !== undefined && since > machine.stateAt && began > since) return word
  missingSince.set(machine.key, since !== undefined && since > machine.stateAt ? since : began)
  return undefined
}

function absence(machine: MadeMachine, seen: ProviderMachine | undefined): string | undefined {
  if (!seen) return 'its provider no longer lists it'
  const stopped = seen.state === 'stopped' && machine.state !== 'stopped'
  return stopped ? 'its provider says that it is stopped' : undefined
}

/** It went down with all that was on it; what is left of it is deleted. */
function losing(context: Context, machine: MadeMachine, word: string, stopped: boolean): Change[] {
  const now = context.clock.wall()
  // What is on loan was most likely taken back.
  const taken = machine.made.spot && machine.made.readyAt !== undefined && machine.state !== 'stopped'
  const eviction = machine.made.eviction ?? (taken ? { noticedAt: now, detail: word } : undefined)
  // Until it is deleted, what was stopped costs its disk alone.
  const prices = stopped ? pricesNow(context, machine, 'stopped') : machine.made.prices
  const made = { ...machine.made, operation: undefined, failed: true, endReason: word, eviction, prices }
  forgetImages(context, machine.key)
  return [
    change('machine', machine, { state: 'deleting', stateAt: now, detail: word, made }),
    ...lostAgents(context, { ...machine, made }, word),
    journal(context, 'machine-lost', `machine:${machine.key}`, word, 'noted'),
  ]
}

/** The reserve of its fleet may have changed. */
function resizing(machine: MadeMachine, fleet: Fleet): Change[] | undefined {
  const allocatable = allocatableOf(machine.size, fleet)
  return sameResources(allocatable, machine.allocatable) ? undefined : [change('machine', machine, { allocatable })]
}
