import type { Resources } from '../../../domain/resources.ts'
import type { Survey } from '../../survey.ts'
import { isArriving, isElastic, machinesOf, type ElasticFleet } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import { largestOf } from './choosing/fill.ts'
import type { Growth } from './grow.ts'

/**
 * Machines kept running and empty (`warm.machines`), and kept stopped (`warm.stopped`): made after all demand, within
 * the same limits. One to be stopped is made first, and stopped when it is there.
 */
export function keepMachines(
  survey: Survey,
  growth: Growth,
  isEmpty: (machine: MadeMachine) => boolean,
  isNeeded: (machine: string) => boolean,
): void {
  if (survey.snapshot.draining) return
  for (const fleet of survey.snapshot.fleets.filter(isElastic)) {
    const { warm } = fleet.elastic
    if (warm.machines === 0 && warm.stopped === 0) continue
    const machines = machinesOf(survey, fleet.name).filter(({ cordon }) => !cordon)
    const spare = machines.filter(
      (machine) =>
        !isNeeded(machine.key) && isEmpty(machine) && (machine.state === 'ready' || isArriving(survey, machine)),
    ).length
    const stopped = machines.filter(
      ({ state, key }) => (state === 'stopped' || state === 'stopping') && !isNeeded(key),
    ).length
    const wanted = mostWanted(survey, fleet)
    const running = warm.machines - spare
    const resting = warm.stopped - stopped - Math.max(0, -running)
    const reason = `warm.machines keeps ${warm.machines} running and empty`
    growth.fleet(fleet.name)?.keep({ count: running, wanted, reason, toStop: false })
    growth
      .fleet(fleet.name)
      ?.keep({ count: resting, wanted, reason: `warm.stopped keeps ${warm.stopped} stopped`, toStop: true })
  }
}

/** Room for an agent of any pool that uses the fleet. */
function mostWanted(survey: Survey, fleet: ElasticFleet): Resources {
  return largestOf(
    survey.snapshot.pools.filter((pool) => pool.fleets.includes(fleet.name)).map((pool) => pool.resources),
  )
}
