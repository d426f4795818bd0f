import { NotFound } from '../../../domain/errors.ts'
import type { AzureFleet } from '../context.ts'
import type { Remark } from './remark.ts'

/** Whether the image is there. One of somebody else's gallery can't be looked at this way. */
export async function examineImage({ config, arm, calls }: AzureFleet): Promise<Remark[]> {
  const { image, location } = config
  const name = 'id' in image ? image.id : [image.publisher, image.offer, image.sku, image.version].join(':')
  if ('id' in image && !image.id.toLowerCase().startsWith('/subscriptions/')) {
    return [
      { level: 'ok', finding: `image ${name} is of a shared gallery: a first machine will show whether it works` },
    ]
  }
  try {
    const found = await calls.read(`looking for image ${name}`, async (abortSignal) => {
      if ('id' in image) return arm.rest('GET', `${image.id}?api-version=2024-03-03`, abortSignal)
      const { publisher, offer, sku, version } = image
      const { virtualMachineImages } = arm.compute
      if (version !== 'latest') {
        return virtualMachineImages.get(location, publisher, offer, sku, version, { abortSignal })
      }
      const versions = await virtualMachineImages.list(location, publisher, offer, sku, { top: 1, abortSignal })
      return versions[0]
    })
    if (found !== undefined) return [{ level: 'ok', finding: `image ${name} is there` }]
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
  }
  const mend =
    'id' in image
      ? 'build it with agent-images/machine, or correct image.id'
      : `see \`az vm image list -l ${location} --all\``
  return [{ level: 'error', finding: `there is no image ${name} in ${location}`, mend }]
}
