import type { Context } from '../reconciler/context.ts'
import type { Reconciler } from '../reconciler/reconciler.ts'

/** Begins nothing new, dismisses what is idle, and resolves once the last agent, standby container and made machine are gone. */
export function drained(context: Context, reconciler: Reconciler): Promise<void> {
  context.known.draining = true
  context.logger.info({ agents: context.state.agents.size }, 'draining')
  return new Promise((resolve) => {
    const look = (): void => {
      const { agents, containers, machines } = context.state
      const made = [...machines.values()].some((machine) => machine.made !== undefined)
      if (agents.size === 0 && containers.size === 0 && !made) resolve()
    }
    context.state.onCommit(look)
    look()
    reconciler.wake()
  })
}
