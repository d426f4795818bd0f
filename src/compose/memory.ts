import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'

const everyMs = 10_000
/** Busier than this, nobody wants to wait for it. */
const mostBusy = 0.1
/** Less is not worth the pause. */
const worthBytes = 32 * 2 ** 20

export interface Heap {
  /** Resident bytes of the process. */
  resident(): number
  /** Processors used since the last call: 1 is one of them, all the time. */
  busy(): number
  /** Gives back what is free. Stops the process for 0.1 to 0.3 s. */
  release(): void
}

/**
 * V8 keeps what the start, or a burst, has needed. When little is going on it is told to give that back, once for each
 * such growth. Returns how to end it. `heap`: what stands in for parts of this process.
 */
export function keepSmall(clock: Clock, logger: Logger, heap: Partial<Heap> = {}): () => void {
  const { resident, busy, release } = { ...processHeap(clock), ...heap }
  let settled = 0
  let cancel = clock.timer(everyMs, look)

  function look(): void {
    cancel = clock.timer(everyMs, look)
    const before = resident()
    if (busy() > mostBusy || before - settled < worthBytes) return
    release()
    settled = resident()
    logger.debug({ before, after: settled }, 'memory given back')
  }

  return () => cancel()
}

function processHeap(clock: Clock): Heap {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: {
    type: 'major'
    execution: 'sync'
    flavor: 'last-resort'
  }) => void
  let last = { used: process.cpuUsage(), at: clock.monotonic() }
  return {
    resident: () => process.memoryUsage.rss(),
    busy() {
      const { user, system } = process.cpuUsage(last.used)
      const share = (user + system) / 1000 / Math.max(1, clock.monotonic() - last.at)
      last = { used: process.cpuUsage(), at: clock.monotonic() }
      return share
    },
    release: () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
  }
}
