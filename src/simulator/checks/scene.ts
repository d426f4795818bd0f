import type { Store } from '../../domain/ports/store.ts'
import type { History } from '../history/history.ts'
import type { Slipway } from '../slipway.ts'
import type { VirtualClock } from '../time/clock.ts'
import type { Recorder } from '../world/recorder.ts'
import type { World } from '../world/world.ts'

/** All that checks may look at: both what Slipway holds and what is really there. */
export interface Scene {
  readonly history: History
  readonly clock: VirtualClock
  readonly world: World
  readonly recorder: Recorder
  readonly slipway: Slipway
  readonly store: Store
}
