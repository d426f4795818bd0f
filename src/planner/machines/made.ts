import type { Machine, Making } from '../../domain/machine.ts'

/** A machine that we made; those without `made` were given by hand, and nothing here touches them. */
export type MadeMachine = Machine & { readonly made: Making }

export function isMade(machine: Machine): machine is MadeMachine {
  return machine.made !== undefined
}
