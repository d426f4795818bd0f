import type { RegistrationObservation } from '../../../domain/ports/source.ts'
import type { Digest } from '../reading/digest.ts'
import type { Reader } from '../reading/reading.ts'

/** Our nodes, those of other owners and people left out. */
export function createRegistrations(reader: Reader<Digest>) {
  return async function registrations(): Promise<readonly RegistrationObservation[]> {
    const { reading, bound } = await reader.fresh()
    return [...reading.nodes.values()]
      .filter((node) => node.ours)
      .map(({ name, connected, idle, shielded }) => ({
        name,
        externalId: name,
        online: connected,
        busy: !idle || bound.has(name),
        ...(idle && shielded && !bound.has(name) && { spent: true }),
      }))
  }
}
