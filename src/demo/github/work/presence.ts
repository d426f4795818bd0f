import type { Runner } from '../records.ts'
import type { Timers } from '../timers.ts'

/** Who is connected. A runner between two requests counts as connected for `disconnectMs`. */
export interface Presence {
  opened(runner: Runner): void
  closed(runner: Runner): void
}

export interface PresenceDependencies {
  readonly timers: Timers
  readonly disconnectMs: number
  readonly lostAfterMs: number
  readonly onConnected: (runner: Runner) => void
  readonly onDisconnected: (runner: Runner) => void
  /** It has been offline for `lostAfterMs`. */
  readonly onLost: (runner: Runner) => void
}

export function createPresence(dependencies: PresenceDependencies): Presence {
  const { timers, disconnectMs, lostAfterMs, onConnected, onDisconnected, onLost } = dependencies
  const connections = new Map<Runner, number>()
  const leaving = new Map<Runner, () => void>()

  function leave(runner: Runner): void {
    const cancel = timers.after(disconnectMs, () => {
      runner.online = false
      leaving.set(
        runner,
        timers.after(lostAfterMs, () => {
          leaving.delete(runner)
          onLost(runner)
        }),
      )
    })
    leaving.set(runner, cancel)
  }

  return {
    opened(runner) {
      leaving.get(runner)?.()
      leaving.delete(runner)
      connections.set(runner, (connections.get(runner) ?? 0) + 1)
      if (runner.online || runner.removed) return
      runner.online = true
      onConnected(runner)
    },
    closed(runner) {
      const left = (connections.get(runner) ?? 1) - 1
      if (left > 0) {
        connections.set(runner, left)
        return
      }
      connections.delete(runner)
      if (!runner.removed) leave(runner)
      onDisconnected(runner)
    },
  }
}
