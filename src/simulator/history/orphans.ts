import { registrationName } from '../../domain/agent.ts'
import { owner } from '../owner.ts'
import type { World } from '../world/world.ts'
import type { Setup } from './history.ts'

/** Makes something that carries our owner's name and has no record. */
export function leaveOrphan(
  world: World,
  setup: Setup,
  what: 'machine' | 'container' | 'registration',
  key: string,
): void {
  switch (what) {
    case 'machine': {
      const [fleet, [offer] = []] = [...setup.offers][0] ?? []
      if (fleet === undefined || !offer || world.cloud.trouble.refused.has(`${fleet}/${offer.key}`)) return
      world.cloud.create({ name: key, fleet, offer })
      return
    }
    case 'container':
      return world.engines()[0]?.leave(key)
    case 'registration': {
      const scope = [...setup.scopes.keys()][0] ?? ''
      if (!world.ci.runners.has(registrationName(owner, key, 1)))
        world.ci.register(registrationName(owner, key, 1), ['orphan'], scope)
    }
  }
}

export function isOrphan(machine: string): boolean {
  return machine.startsWith('orphan')
}
