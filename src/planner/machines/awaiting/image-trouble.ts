import type { Survey } from '../../survey.ts'

/** On how many machines an image can't be had. On several, it is the image's fault and no other machine helps. */
export function troubledMachines({ snapshot }: Survey, image: string): number {
  return snapshot.backoffs.filter(({ target }) => target.startsWith('image:') && imageOf(target) === image).length
}

/** Of `image:MACHINE/IMAGE`. */
function imageOf(target: string): string {
  return target.slice(target.indexOf('/') + 1)
}
