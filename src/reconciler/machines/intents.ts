import { epoch } from '../../domain/agent.ts'
import type { Cordon, Machine } from '../../domain/machine.ts'
import type { Action } from '../../domain/plan.ts'
import type { Change } from '../../domain/ports/store.ts'
import { journal, type Context } from '../context.ts'
import { change, create } from '../state.ts'
import { allocatableOf } from './allocatable.ts'
import { elasticOf, fleetOf, madeMachine, type MadeMachine } from './elastic.ts'
import { agentsOn, lostAgents } from './ended.ts'
import { mayBeAtWork } from './at-work.ts'

/* What actions on machines change in the records before anything is done about it. Machines given by hand: nothing. */

export function createMachine(context: Context, action: Action & { kind: 'create-machine' }): Change[] {
  const { offer, reason } = action
  const fleet = fleetOf(context, action.fleet)
  if (!fleet?.elastic || !elasticOf(context, fleet.name)) return []
  const now = context.clock.wall()
  const machine: Machine = {
    key: context.newId().slice(0, 15),
    version: 1,
    epoch,
    state: 'requested',
    fleet: fleet.name,
    size: offer.size,
    allocatable: allocatableOf(offer.size, fleet),
    isolation: 'unknown',
    createdAt: now,
    stateAt: now,
    seenAt: now,
    agentsHad: 0,
    made: {
      offer: offer.key,
      sizeName: offer.sizeName,
      location: offer.zone,
      spot: offer.spot,
      template: fleet.elastic.template,
      reason,
      prices: [],
    },
  }
  return [
    create('machine', machine),
    journal(context, 'create-machine', `machine:${machine.key}`, reason, 'intended'),
    // Those of the last hour are counted from here after a restart.
    journal(context, 'create-machine', `fleet:${fleet.name}`, `${machine.key}, ${offer.key}: ${reason}`, 'intended'),
  ]
}

export function startMachine(context: Context, action: Action & { kind: 'start-machine' }): Change[] {
  const machine = madeMachine(context, action.machine)
  if (machine?.state !== 'stopped' || !elasticOf(context, machine.fleet)?.rest) return []
  // Whether its rules stand after a start is to be proven again.
  return intended(context, machine, action, {
    state: 'starting',
    isolation: 'unknown',
    cordon: undefined,
    made: { ...machine.made, operation: undefined },
  })
}

export function stopMachine(context: Context, action: Action & { kind: 'stop-machine' }): Change[] {
  const machine = madeMachine(context, action.machine)
  if (machine?.state !== 'ready' || !elasticOf(context, machine.fleet)?.rest) return []
  if (!isEmpty(context, machine.key)) return []
  const made = { ...machine.made, operation: undefined }
  return intended(context, machine, action, { state: 'stopping', emptySince: undefined, made })
}

export function cordonMachine(context: Context, action: Action & { kind: 'cordon-machine' }): Change[] {
  const machine = madeMachine(context, action.machine)
  if (!machine || machine.cordon) return []
  return cordoning(context, machine, action.reason)
}

/** By a rule: a person's cordon stays as it is. */
export function cordoning(context: Context, machine: MadeMachine, reason: string): Change[] {
  const cordon: Cordon = { reason, by: 'rule', at: context.clock.wall() }
  return [
    change('machine', machine, { cordon }),
    journal(context, 'cordon-machine', `machine:${machine.key}`, reason, 'done'),
  ]
}

export function uncordonMachine(context: Context, action: Action & { kind: 'uncordon-machine' }): Change[] {
  const machine = madeMachine(context, action.machine)
  if (machine?.cordon?.by !== 'rule') return []
  return [
    change('machine', machine, { cordon: undefined }),
    journal(context, 'uncordon-machine', `machine:${machine.key}`, action.reason, 'done'),
  ]
}

/**
 * Whatever the plan knew: no machine goes while a job may run on it (rule 7), nor before this process has seen for
 * itself how it stands (rule 13).
 */
export function deleteMachine(context: Context, action: Action & { kind: 'delete-machine' }): Change[] {
  const machine = madeMachine(context, action.machine)
  if (!machine || machine.state === 'deleting' || !elasticOf(context, machine.fleet)) return []
  if (!mayGo(context, machine)) return []
  const reason = machine.made.endReason ?? action.reason
  const made = { ...machine.made, operation: undefined, endReason: reason, failed: action.failed || undefined }
  const patch = { state: 'deleting', detail: reason, made } as const
  return [...intended(context, machine, { ...action, reason }, patch), ...lostAgents(context, machine, reason)]
}

function mayGo(context: Context, machine: MadeMachine): boolean {
  const { lookedAt, sightings } = context.known
  if (machine.state === 'ready') return lookedAt.has(machine.key) && isEmpty(context, machine.key)
  if (machine.state === 'unreachable')
    return !agentsOn(context, machine.key).some((agent) => mayBeAtWork(context, agent))
  return machine.state === 'stopped' || sightings.tried.has(machine.key)
}

function isEmpty(context: Context, machine: string): boolean {
  const { agents, containers } = context.state
  return ![...containers.values(), ...agents.values()].some((body) => body.machine === machine)
}

function intended(
  context: Context,
  machine: MadeMachine,
  { kind, reason }: Action & { readonly reason: string },
  patch: Partial<Machine>,
): Change[] {
  return [
    change('machine', machine, { stateAt: context.clock.wall(), detail: reason, ...patch }),
    journal(context, kind, `machine:${machine.key}`, reason, 'intended'),
  ]
}
