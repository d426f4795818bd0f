import type { Offer } from '../../../../domain/offer.ts'
import type { Survey } from '../../../survey.ts'
import { machinesOf, type ElasticFleet } from '../../life.ts'
import type { MadeMachine } from '../../made.ts'
import { createPurse } from './spending.ts'
import type { Refusal } from './refusal.ts'

const hourMs = 3_600_000

/** The hard limits of a fleet (rule 9) while a plan is made. */
export interface Budget {
  /** How many more machines may be made, money aside. */
  most(): number
  /** Which limit says that there may be no more; undefined while there may. */
  refusal(): Refusal | undefined
  /** Counts one more machine, or says which limit refuses it. */
  take(offer: Offer): Refusal | undefined
  /** The same for one that is there, and only started: it costs again. */
  start(machine: MadeMachine): Refusal | undefined
}

export function createBudget(survey: Survey, fleet: ElasticFleet): Budget {
  const { machines, machinesPerHour } = fleet.limits
  const purse = createPurse(survey, fleet)
  const begun = (survey.snapshot.begun.get(fleet.name) ?? []).filter((at) => at > survey.now - hourMs)
  let there = machinesOf(survey, fleet.name).length
  let lately = begun.length

  function refusal(): Refusal | undefined {
    if (there >= machines) return machineLimit(fleet)
    if (lately >= machinesPerHour) return hourLimit(survey, fleet, begun)
    return undefined
  }

  return {
    most: () => Math.max(0, Math.min(machines - there, machinesPerHour - lately)),
    refusal,
    take(offer) {
      const refused = refusal() ?? purse.pay(offer)
      if (refused) return refused
      there++
      lately++
      return undefined
    },
    start: (machine) => purse.payAgain(machine),
  }
}

function machineLimit({ name, limits }: ElasticFleet): Refusal {
  return {
    code: 'machine-limit',
    reason: `fleet ${name} has its most machines, ${limits.machines} (limits.machines)`,
    next: 'it is placed when an agent ends',
  }
}

function hourLimit(survey: Survey, { name, limits }: ElasticFleet, begun: readonly number[]): Refusal {
  const free = begun.length > 0 ? Math.min(...begun) + hourMs - survey.now : undefined
  return {
    code: 'machine-limit',
    reason: `fleet ${name} has begun its most machines within an hour, ${limits.machinesPerHour} (limits.machinesPerHour)`,
    next:
      free === undefined ? 'it is placed when an agent ends' : `another may be begun in ${Math.ceil(free / 1000)} s`,
    ...(free !== undefined && { etaMs: free }),
  }
}
