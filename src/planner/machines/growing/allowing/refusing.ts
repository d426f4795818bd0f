import { formatBytes, formatCpu } from '../../../../kit/units.ts'
import type { Resources } from '../../../../domain/resources.ts'
import type { Survey } from '../../../survey.ts'
import { troubledMachines } from '../../awaiting/image-trouble.ts'
import { machinesOf, type ElasticFleet } from '../../life.ts'
import { countFitting } from '../choosing/fill.ts'
import type { Ask } from '../ask.ts'
import type { Prospect } from './offers.ts'
import { joinRefusals, type Refusal } from './refusal.ts'

/** More offers than this are counted, not named. */
const mostNamed = 3

/** Why another machine would not help: it would have the same trouble as those that are there. */
export function pointlessRefusal(survey: Survey, fleet: ElasticFleet, { pool, image }: Ask): Refusal | undefined {
  const doubtful = machinesOf(survey, fleet.name).find(
    ({ isolation, state, made }) =>
      isolation === 'unverified' && state === 'ready' && made.template === fleet.elastic.template,
  )
  if (doubtful && !pool.isolation.acceptUnverified)
    return {
      code: 'no-machine',
      reason: `isolation is not verified on ${doubtful.key}${doubtful.isolationDetail ? ` (${doubtful.isolationDetail})` : ''}, and another machine of fleet ${fleet.name} would be the same`,
      next: 'a machine is asked for once its template has changed, or the pool accepts it',
    }
  const troubled = troubledMachines(survey, image)
  if (troubled < 2) return undefined
  return {
    code: 'backing-off',
    reason: `image ${image} can't be had on ${troubled} machines, and would not be on another`,
    next: 'it is placed when the image is there',
  }
}

/** Why no offer serves a container: none is big enough, or none of those that are can be had. */
export function unfitRefusal(fleet: ElasticFleet, prospects: readonly Prospect[], { wanted }: Ask): Refusal {
  const fitting = prospects.filter(({ allocatable, slots }) => countFitting(wanted, allocatable, slots) > 0)
  if (fitting.length === 0) return tooLarge(fleet, prospects, wanted)
  const refusals = fitting.map(({ refusal, usedUp }) => refusal ?? usedUp)
  return joinRefusals(refusals, mostNamed)
}

function tooLarge(fleet: ElasticFleet, prospects: readonly Prospect[], wanted: Resources): Refusal {
  const [first, ...others] = prospects
  const largest = others.reduce((a, b) => (a && a.allocatable.memory >= b.allocatable.memory ? a : b), first)
  const named = largest ? ` (${largest.offer.key}: ${words(largest.allocatable)})` : ''
  return {
    code: 'too-large',
    reason: `it wants ${words(wanted)}, more than any machine of fleet ${fleet.name} would have${named}`,
    next: 'it waits until the fleet has a larger size, or it asks for less',
  }
}

function words(resources: Resources): string {
  return `${formatCpu(resources.milliCpu)} CPU and ${formatBytes(resources.memory)}`
}
