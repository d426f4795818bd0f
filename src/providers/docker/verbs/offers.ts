import type { Offer } from '../../../domain/offer.ts'
import { fleetNamed, type Context } from '../context.ts'

/** Every size, in the order of the configuration. */
export async function offers(context: Context, fleet: string): Promise<readonly Offer[]> {
  return fleetNamed(context, fleet).sizes.map(({ name, cpu, memory, disk, price }) => ({
    key: name,
    sizeName: name,
    spot: false,
    size: { milliCpu: cpu, memory, disk },
    ...(price && { price }),
  }))
}
