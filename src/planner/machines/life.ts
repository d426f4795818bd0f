import type { Elasticity, Fleet } from '../../domain/fleet.ts'
import type { MachineState } from '../../domain/machine.ts'
import type { MadeMachine } from './made.ts'
import type { Survey } from '../survey.ts'

/** A fleet whose machines come and go. */
export type ElasticFleet = Fleet & { readonly elastic: Elasticity }

/** How long machines take to boot, as long as the fleet has not shown it. */
const defaultBootMs = 60_000

const arriving: ReadonlySet<MachineState> = new Set(['requested', 'creating', 'booting', 'starting'])

export function elasticFleet(survey: Survey, name: string): ElasticFleet | undefined {
  const fleet = survey.fleets.get(name)
  return isElastic(fleet) ? fleet : undefined
}

export function isElastic(fleet: Fleet | undefined): fleet is ElasticFleet {
  return fleet?.elastic !== undefined
}

/** Made, and not yet given back, whatever it does now. */
export function machinesOf(survey: Survey, fleet: string): readonly MadeMachine[] {
  return survey.madeBy.get(fleet) ?? []
}

/** On its way to `ready`: it counts for capacity until its boot deadline, a failed one never (rule 6). */
export function isArriving(survey: Survey, machine: MadeMachine): boolean {
  return arriving.has(machine.state) && !machine.cordon && bootDeadline(survey, machine) > survey.now
}

/** Whether it should be ready by now, and is not. */
export function isOverdue(survey: Survey, machine: MadeMachine): boolean {
  return arriving.has(machine.state) && bootDeadline(survey, machine) <= survey.now
}

/** Of a fleet that makes machines no longer there is none: they go for that reason. */
function bootDeadline(survey: Survey, machine: MadeMachine): number {
  return comingSince(machine) + (elasticFleet(survey, machine.fleet)?.elastic.bootTimeoutMs ?? Infinity)
}

/** One that was ready before is started again: its first boot says nothing of this one. */
function comingSince({ made, createdAt, stateAt }: MadeMachine): number {
  return made.readyAt === undefined ? (made.acceptedAt ?? createdAt) : stateAt
}

/** How long a machine of the fleet takes from being asked for to ready. */
export function bootMsOf(survey: Survey, fleet: string): number {
  return survey.snapshot.bootMs.get(fleet) ?? defaultBootMs
}

/** In how many milliseconds it should be ready; 0 when it takes longer than usual. */
export function bootEtaMs(survey: Survey, machine: MadeMachine): number {
  return Math.max(0, comingSince(machine) + bootMsOf(survey, machine.fleet) - survey.now)
}

/** `in about 35 s`, or `any moment now`. */
export function etaWords(etaMs: number): string {
  return etaMs > 0 ? `in about ${Math.ceil(etaMs / 1000)} s` : 'any moment now'
}
