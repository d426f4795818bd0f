import {
  InsufficientCapacity,
  QuotaExceeded,
  Refused,
  Throttled,
  Transient,
  Unauthorized,
} from '../../src/domain/errors.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { createCloud } from '../fakes/cloud.ts'
import { createFaults } from '../fakes/ports.ts'
import { createWorld } from '../fakes/world.ts'
import { describeProvider, type ProviderUnderTest, type Spoiled } from './provider.ts'

describeProvider('the fake', openFake)

const faults: Readonly<Record<Exclude<Spoiled, 'later'>, Error | 'after'>> = {
  capacity: new InsufficientCapacity('no room'),
  quota: new QuotaExceeded('no more'),
  throttled: new Throttled('slower', 1000),
  unauthorized: new Unauthorized('not you'),
  broken: new Transient('a fault'),
  refused: new Refused('never'),
  lost: 'after',
}

/** The cloud in memory that the scenarios use. */
async function openFake(): Promise<ProviderUnderTest> {
  const clock = createFakeClock()
  const world = createWorld({ clock, push: () => {} })
  const cloud = createCloud(clock, world)
  const injected = createFaults()
  return {
    provider: cloud.provider(injected),
    fleet: 'cloud',
    otherFleet: 'other',
    clock,
    cloud: {
      machines: async () => [...cloud.machines.keys()],
      leaks: async () => [],
      vanish: async (name) => cloud.takeBack(name),
      spoilCreate(how) {
        if (how === 'later') cloud.fates.push(new InsufficientCapacity('no room after all'))
        else injected.next.set('create', [faults[how]])
        return true
      },
    },
    again: async () => cloud.provider(createFaults()),
    pass: () => clock.advance(30_000),
    close: async () => {},
  }
}
