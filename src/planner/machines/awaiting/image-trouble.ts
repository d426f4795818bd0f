import { takesContainers } from '../../placing/rooms.ts'
import type { Survey } from '../../survey.ts'

/**
 * On how many machines in use an image can't be had. On several, it is the image's fault and no other machine helps.
 * Machines that are gone, stopped or cordoned have no say: nobody fetches anything onto them any more.
 */
export function troubledMachines(survey: Survey, image: string): number {
  return survey.snapshot.backoffs.filter(({ target }) => {
    if (!target.startsWith('image:') || !target.endsWith(`/${image}`)) return false
    const machine = survey.machines.get(target.slice('image:'.length, -image.length - 1))
    return machine !== undefined && takesContainers(survey, machine)
  }).length
}
