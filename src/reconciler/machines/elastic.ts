import type { Fleet } from '../../domain/fleet.ts'
import type { Machine, Making } from '../../domain/machine.ts'
import type { Offer } from '../../domain/offer.ts'
import type { ElasticProvider } from '../../domain/ports/provider.ts'
import type { Context } from '../context.ts'

/** A machine that we made. */
export type MadeMachine = Machine & { readonly made: Making }

export function isMade(machine: Machine | undefined): machine is MadeMachine {
  return machine?.made !== undefined
}

export function madeMachine(context: Context, key: string): MadeMachine | undefined {
  const machine = context.state.machines.get(key)
  return isMade(machine) ? machine : undefined
}

export function fleetOf(context: Context, name: string): Fleet | undefined {
  return context.wanted().fleets.find((fleet) => fleet.name === name)
}

/** Absent while the fleet is not in the configuration, or its machines are given by hand. */
export function elasticOf(context: Context, fleet: string): ElasticProvider | undefined {
  return context.wanted().providers.get(fleet)?.elastic
}

/** What the machine was, or is to be, made as: by the newest prices if its fleet still offers it. */
export function offerOf(context: Context, { fleet, size, made }: MadeMachine): Offer {
  const offered = context.known.offers.get(fleet)?.find((offer) => offer.key === made.offer)
  return offered ?? { key: made.offer, sizeName: made.sizeName, zone: made.location, spot: made.spot, size }
}

/** Where trouble with asking a fleet for machines is noted. */
export function fleetTarget(fleet: string): string {
  return `fleet:${fleet}`
}

/** Where it is noted that one way to get a machine does not work now. */
export function offerTarget(fleet: string, offer: string): string {
  return `offer:${fleet}/${offer}`
}

/** Where trouble with work that is under way on one machine is noted. */
export function operationTarget(machine: string): string {
  return `operation:${machine}`
}
