import type { Action } from '../../domain/plan.ts'
import type { Lane } from '../lane.ts'
import { imageOf } from './place.ts'
import { takesContainers } from './rooms.ts'
import { hasImage, type Survey } from '../survey.ts'

/** Images are fetched ahead: every pool's onto every machine of its fleets, and those that queued jobs bring. */
export function wantedPulls(survey: Survey, lanes: readonly Lane[]): Action[] {
  const wanted = new Map<string, Action>()
  const machines = [...survey.machines.values()].filter((machine) => takesContainers(survey, machine))
  const want = (machine: string, image: string, reason: string): void => {
    if (hasImage(survey, machine, image)) return
    const id = `${machine}/${image}`
    if (survey.backoffs.has(`image:${id}`)) return
    if (!wanted.has(id)) wanted.set(id, { kind: 'pull-image', machine, image, reason })
  }
  for (const pool of survey.snapshot.pools)
    for (const machine of machines)
      if (pool.fleets.includes(machine.fleet)) want(machine.key, pool.image, `pool ${pool.name} runs it`)
  for (const lane of lanes)
    for (const job of lane.binding === 'fixed' ? lane.unmet : [])
      for (const machine of machines)
        if (lane.pool.fleets.includes(machine.fleet)) want(machine.key, imageOf(lane, job), `job ${job.key} runs it`)
  return [...wanted.values()]
}
