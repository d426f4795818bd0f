import { epoch } from '../../domain/agent.ts'
import type { Fleet } from '../../domain/fleet.ts'
import type { Machine } from '../../domain/machine.ts'
import type { ElasticProvider, MachineProvider, ProviderMachine } from '../../domain/ports/provider.ts'
import type { Actor } from '../actor.ts'
import { journal, notAhead, type Context } from '../context.ts'
import { endingChanges } from '../effects/ending.ts'
import { allocatableOf, sameResources } from '../machines/allocatable.ts'
import { fleetOf } from '../machines/elastic.ts'
import { pricesStated } from '../machines/money/prices.ts'
import { forgetImages } from '../machines/ended.ts'
import { followListing } from '../machines/following/follow.ts'
import { sweepOrphans } from '../machines/following/orphans.ts'
import { giveUpUnreachable } from '../machines/following/unreachable.ts'
import { noting } from '../noting.ts'
import { change, create } from '../state.ts'
import { look, markUnreachable } from './look.ts'

/** Looks at every fleet and every machine, each by itself: one that hangs holds up no other (rule 10). */
export async function observeMachines(context: Context, actor: Actor): Promise<void> {
  const { fleets } = context.wanted()
  for (const fleet of fleets) listFleet(context, actor, fleet.name)
  const listed = new Set(fleets.map((fleet) => fleet.name))
  for (const machine of context.state.machines.values()) {
    // Nobody lists it any more: its fleet has left the configuration, and it goes along.
    if (!listed.has(machine.fleet))
      actor.run(`leave:${machine.key}`, `fleet:${machine.fleet}`, () => leave(context, machine))
    look(context, actor, machine.key)
  }
  await giveUpUnreachable(context)
}

/** Lists a fleet's machines now. */
export function listFleet(context: Context, actor: Actor, name: string): void {
  const provider = context.wanted().providers.get(name)
  const fleet = fleetOf(context, name)
  if (!provider || !fleet) return
  const { elastic } = provider
  if (!elastic) {
    actor.run(`fleet:${name}`, `fleet:${name}`, () => observeFleet(context, actor, fleet, provider))
    return
  }
  const target = `list:${name}`
  if (context.backoffs.wait(target) > 0) return
  const list = noting(context, target, () => observeElastic(context, actor, fleet, provider, elastic))
  actor.run(target, target, list)
}

async function observeElastic(
  context: Context,
  actor: Actor,
  fleet: Fleet,
  provider: MachineProvider,
  elastic: ElasticProvider,
): Promise<void> {
  const told = await provider.list(fleet.name)
  const listing = { ...told, began: notAhead(context, told.began) }
  await followListing(context, fleet, listing)
  sweepOrphans(context, actor, fleet, elastic, listing)
  for (const { key, fleet: own, state } of context.state.machines.values())
    if (own === fleet.name && state === 'booting' && context.runtimes.of(key)) look(context, actor, key)
}

async function observeFleet(context: Context, actor: Actor, fleet: Fleet, provider: MachineProvider): Promise<void> {
  const listing = await provider.list(fleet.name)
  context.backoffs.ok(`fleet:${fleet.name}`)
  const listed = new Map(listing.machines.map((machine) => [machine.name, machine]))
  const silent = new Map(listing.unreachable.map((machine) => [machine.name, machine.error]))
  for (const machine of listed.values()) {
    const connected = context.runtimes.of(machine.name) !== undefined
    await meet(context, fleet, machine)
    if (!connected) look(context, actor, machine.name)
  }
  for (const machine of context.state.machines.values()) {
    if (machine.fleet !== fleet.name) continue
    const error = silent.get(machine.key)
    if (error !== undefined) await markUnreachable(context, machine, error)
    else if (!listed.has(machine.key)) await leave(context, machine)
  }
}

/** A given machine is used as soon as it is listed; its engine's answer makes it ready. */
async function meet(context: Context, fleet: Fleet, listed: ProviderMachine): Promise<void> {
  const known = context.state.machines.get(listed.name)
  const now = context.clock.wall()
  const allocatable = allocatableOf(listed.size, fleet)
  if (listed.endpoint) context.runtimes.connect(listed.name, listed.endpoint)
  if (!known) {
    // The name may have been used before; its record goes on.
    const past = await context.store.get('machine', listed.name)
    const fresh: Machine = {
      key: listed.name,
      version: 1,
      epoch,
      state: 'booting',
      fleet: fleet.name,
      size: listed.size,
      allocatable,
      isolation: 'unknown',
      createdAt: now,
      stateAt: now,
      seenAt: now,
      agentsHad: 0,
      prices: pricesStated(undefined, listed.price, now),
    }
    await context.state.commit([
      past ? change('machine', past, { ...fresh, cordon: undefined, detail: undefined }) : create('machine', fresh),
      journal(context, 'machine-joined', `machine:${listed.name}`, `listed by fleet ${fleet.name}`, 'noted'),
    ])
    return
  }
  const prices = pricesStated(known.prices, listed.price, now)
  const left = known.cordon?.by === 'rule' && known.cordon.reason === leftReason
  if (
    !left &&
    known.fleet === fleet.name &&
    sameResources(known.size, listed.size) &&
    sameResources(known.allocatable, allocatable) &&
    prices === known.prices
  )
    return
  const cordon = left ? undefined : known.cordon
  await context.state.commit([
    change('machine', known, { fleet: fleet.name, size: listed.size, allocatable, cordon, prices }),
  ])
}

const leftReason = 'it left the configuration'

/** No longer listed: it takes nothing new, and is forgotten once nothing of ours is on it. */
async function leave(context: Context, machine: Machine): Promise<void> {
  if (!machine.cordon) {
    const cordon = { reason: leftReason, by: 'rule', at: context.clock.wall() }
    await context.state.commit([
      change('machine', machine, { cordon }),
      journal(context, 'cordon-machine', `machine:${machine.key}`, leftReason, 'noted'),
    ])
    return
  }
  // It costs until it is deleted, which takes its fleet: put back, the fleet finds it as it was left.
  if (machine.made) return
  const reachable = machine.state !== 'unreachable' && context.runtimes.of(machine.key) !== undefined
  const occupied = [...context.state.containers.values()].some((container) => container.machine === machine.key)
  if (occupied && reachable) return
  await context.state.commit([
    change('machine', machine, { state: 'gone', stateAt: context.clock.wall() }),
    ...lostAgents(context, machine.key),
    journal(context, 'machine-left', `machine:${machine.key}`, leftReason, 'noted'),
  ])
  context.runtimes.forget(machine.key)
  context.known.lookedAt.delete(machine.key)
  forgetImages(context, machine.key)
}

function lostAgents(context: Context, machine: string) {
  return [...context.state.agents.values()]
    .filter((agent) => agent.machine === machine && agent.state !== 'ending')
    .flatMap((agent) => endingChanges(context, agent, { kind: 'host-lost', detail: `machine ${machine} left` }))
}
