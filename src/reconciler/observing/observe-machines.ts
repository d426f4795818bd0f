import { epoch } from '../../domain/agent.ts'
import type { Fleet } from '../../domain/fleet.ts'
import type { Machine } from '../../domain/machine.ts'
import type { MachineProvider, ProviderMachine } from '../../domain/ports/provider.ts'
import { subtractResources, type Resources } from '../../domain/resources.ts'
import type { Actor } from '../actor.ts'
import { journal, type Context } from '../context.ts'
import { endingChanges } from '../intents.ts'
import { observeContainers } from './observe-containers.ts'
import { change, create } from '../state.ts'

/** Looks at every fleet and every machine, each by itself: one that hangs holds up no other (rule 10). */
export async function observeMachines(context: Context, actor: Actor): Promise<void> {
  const { fleets, providers } = context.wanted()
  for (const fleet of fleets) {
    const provider = providers.get(fleet.name)
    if (provider)
      actor.run(`fleet:${fleet.name}`, `fleet:${fleet.name}`, () => observeFleet(context, actor, fleet, provider))
  }
  const listed = new Set(fleets.map((fleet) => fleet.name))
  for (const machine of context.state.machines.values()) {
    // Nobody lists it any more: its fleet has left the configuration, and it goes along.
    if (!listed.has(machine.fleet))
      actor.run(`leave:${machine.key}`, `fleet:${machine.fleet}`, () => leave(context, machine))
    look(context, actor, machine.key)
  }
}

/** Lists a machine's containers now; that it answers is also the sign of its health. */
export function look(context: Context, actor: Actor, machine: string): boolean {
  return actor.run(`look:${machine}`, `look:${machine}`, () => lookAt(context, actor, machine))
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
    }
    await context.state.commit([
      past ? change('machine', past, { ...fresh, cordon: undefined, detail: undefined }) : create('machine', fresh),
      journal(context, 'machine-joined', `machine:${listed.name}`, `listed by fleet ${fleet.name}`, 'noted'),
    ])
    return
  }
  const left = known.cordon?.by === 'rule' && known.cordon.reason === leftReason
  if (!left && known.fleet === fleet.name && same(known.size, listed.size) && same(known.allocatable, allocatable))
    return
  const cordon = left ? undefined : known.cordon
  await context.state.commit([change('machine', known, { fleet: fleet.name, size: listed.size, allocatable, cordon })])
}

function allocatableOf(size: Resources, fleet: Fleet): Resources {
  const rest = subtractResources(size, fleet.reserve)
  return { milliCpu: Math.max(0, rest.milliCpu), memory: Math.max(0, rest.memory), disk: Math.max(0, rest.disk) }
}

function same(a: Resources, b: Resources): boolean {
  return a.milliCpu === b.milliCpu && a.memory === b.memory && a.disk === b.disk
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
  const reachable = machine.state !== 'unreachable' && context.runtimes.of(machine.key) !== undefined
  const occupied = [...context.state.containers.values()].some((container) => container.machine === machine.key)
  if (occupied && reachable) return
  await context.state.commit([
    change('machine', machine, { state: 'gone', stateAt: context.clock.wall() }),
    ...lostAgents(context, machine.key),
    journal(context, 'machine-left', `machine:${machine.key}`, leftReason, 'noted'),
  ])
  context.runtimes.forget(machine.key)
}

function lostAgents(context: Context, machine: string) {
  return [...context.state.agents.values()]
    .filter((agent) => agent.machine === machine && agent.state !== 'ending')
    .flatMap((agent) => endingChanges(context, agent, { kind: 'host-lost', detail: `machine ${machine} left` }))
}

async function lookAt(context: Context, actor: Actor, key: string): Promise<void> {
  const runtime = context.runtimes.of(key)
  if (!runtime) return
  const began = context.clock.wall()
  try {
    await observeContainers(context, actor, key)
  } catch (error) {
    const machine = context.state.machines.get(key)
    context.backoffs.fail(`machine:${key}`, error)
    if (machine) await markUnreachable(context, machine, error instanceof Error ? error.message : String(error))
    return
  }
  const machine = context.state.machines.get(key)
  if (!machine || context.runtimes.of(key) !== runtime) return
  context.backoffs.ok(`machine:${key}`)
  context.known.lookedAt.set(key, began)
  if (machine.state === 'ready') return
  await context.state.commit([
    change('machine', machine, {
      state: 'ready',
      stateAt: context.clock.wall(),
      seenAt: context.clock.wall(),
      detail: undefined,
    }),
    journal(context, 'machine-ready', `machine:${key}`, 'its engine answers', 'noted'),
  ])
}

async function markUnreachable(context: Context, machine: Machine, error: string): Promise<void> {
  if (machine.state === 'unreachable') return
  for (const image of context.known.images) if (image.startsWith(`${machine.key}/`)) context.known.images.delete(image)
  await context.state.commit([
    change('machine', machine, { state: 'unreachable', stateAt: context.clock.wall(), detail: error }),
    journal(context, 'machine-unreachable', `machine:${machine.key}`, error, 'noted'),
  ])
}
