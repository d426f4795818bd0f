import type { Context } from '../reconciler/context.ts'
import type { Reconciler } from '../reconciler/reconciler.ts'

/** Begins nothing new, dismisses what is idle, and resolves once the last agent and standby container are gone. */
export function drained(context: Context, reconciler: Reconciler): Promise<void> {
  context.known.draining = true
  context.logger.info({ agents: context.state.agents.size }, 'draining')
  return new Promise((resolve) => {
    const look = (): void => {
      if (context.state.agents.size === 0 && context.state.containers.size === 0) resolve()
    }
    context.state.onCommit(look)
    look()
    reconciler.wake()
  })
}
