import type { Elasticity, Fleet } from '../../src/domain/fleet.ts'
import type { Machine, Making } from '../../src/domain/machine.ts'
import type { Offer } from '../../src/domain/offer.ts'
import type { Action, Plan } from '../../src/domain/plan.ts'
import { plan } from '../../src/planner/plan.ts'
import { anOffer } from './cloud.ts'
import { anElasticFleet, aPool } from './ports.ts'
import { aMachine, aSnapshot, now, type Scene } from './records.ts'

/*
 * What the planner is given of a fleet that makes its machines: `cloud`, whose one offer takes four agents of the usual
 * pool for 0.36 USD an hour, and which has no machine yet.
 */

export function aMaking(patch: Partial<Making> = {}): Making {
  return {
    offer: 'd8',
    sizeName: 'd8',
    spot: false,
    template: 't1',
    reason: 'a job is queued',
    acceptedAt: now - 90_000,
    readyAt: now - 60_000,
    prices: [{ from: now - 90_000, nanosPerHour: '360000000', currency: 'USD', what: 'running' }],
    ...patch,
  }
}

/** Ready and empty, unless said otherwise. */
export function aMadeMachine(patch: Partial<Machine> = {}, made: Partial<Making> = {}): Machine {
  return aMachine({ fleet: 'cloud', createdAt: now - 100_000, emptySince: now - 1000, made: aMaking(made), ...patch })
}

/** Asked for 20 s ago, accepted 10 s ago, and not ready yet. */
export function aBootingMachine(patch: Partial<Machine> = {}, made: Partial<Making> = {}): Machine {
  return aMadeMachine(
    { state: 'booting', isolation: 'unknown', emptySince: undefined, createdAt: now - 20_000, ...patch },
    { acceptedAt: now - 10_000, readyAt: undefined, ...made },
  )
}

export interface CloudScene extends Scene {
  readonly fleet?: Partial<Fleet>
  readonly elastic?: Partial<Elasticity>
  readonly offered?: readonly Offer[]
}

export function cloudScene({ fleet, elastic, offered, ...scene }: CloudScene = {}): Scene {
  return {
    pools: [aPool({ fleets: ['cloud'] })],
    fleets: [anElasticFleet(fleet, elastic)],
    offers: new Map([['cloud', offered ?? [anOffer()]]]),
    machines: [],
    ...scene,
  }
}

export function planOf(scene: CloudScene): Plan {
  return plan(aSnapshot(cloudScene(scene)), now)
}

/** Actions on machines, as `verb what`, in the order of the plan. */
export function machineActions({ actions }: Plan): string[] {
  return actions.flatMap((action) => words(action) ?? [])
}

function words(action: Action): string | undefined {
  if (action.kind === 'create-machine') return `create ${action.offer.key}`
  if (!action.kind.endsWith('-machine') || !('machine' in action)) return undefined
  const verb = action.kind.replace('-machine', '')
  return `${verb}${'failed' in action && action.failed ? ' failed' : ''} ${action.machine}`
}
