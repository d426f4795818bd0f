import type { Actor } from '../../actor.ts'
import type { Context } from '../../context.ts'
import { look } from '../../observing/look.ts'
import { listFleet } from '../../observing/observe-machines.ts'
import type { Committed } from '../../state.ts'
import { createMachine } from './create.ts'
import { deleteMachine } from './delete.ts'
import { elasticOf, fleetTarget, isMade, madeMachine, operationTarget, type MadeMachine } from '../elastic.ts'
import { pollMachine } from './poll.ts'
import { startMachine, stopMachine } from './rest.ts'

/**
 * Drives the records of machines that we make, as the actor does those of agents: the state says what is to be done.
 * While a machine is on its way, it is asked for again and again, ever more slowly.
 */
export interface Mover {
  driveAll(): void
  stop(): void
}

export function createMover(context: Context, actor: Actor): Mover {
  const rests = new Map<string, { readonly version: number; readonly cancel: () => void }>()
  let stopped = false

  function drive(key: string): void {
    const machine = madeMachine(context, key)
    const resting = rests.get(key)
    if (stopped || (machine && resting?.version === machine.version)) return
    resting?.cancel()
    rests.delete(key)
    const step = machine && nextStep(context, actor, machine)
    if (!step) return
    actor.run(`move:${key}`, `move:${machine.fleet}`, async () => {
      await step()
      rest(machine)
    })
  }

  /** A record that changed is driven on at once, one that did not after a while. */
  function rest(before: MadeMachine): void {
    const machine = madeMachine(context, before.key)
    if (!machine || stopped) return
    const ms = machine.version === before.version ? gapMs(context.clock.wall() - machine.stateAt) : 0
    const cancel = context.clock.timer(ms, () => {
      rests.delete(machine.key)
      drive(machine.key)
    })
    rests.get(machine.key)?.cancel()
    rests.set(machine.key, { version: machine.version, cancel })
  }

  context.state.onCommit((changes: readonly Committed[]) => {
    for (const { table, now } of changes) if (table === 'machine') drive(now.key)
  })

  return {
    driveAll() {
      for (const machine of context.state.machines.values()) if (isMade(machine)) drive(machine.key)
    },
    stop() {
      stopped = true
      for (const { cancel } of rests.values()) cancel()
    },
  }
}

const leastGapMs = 250
const mostGapMs = 5000

/** A fifth of the time that it has taken so far. */
function gapMs(ageMs: number): number {
  return Math.min(mostGapMs, Math.max(leastGapMs, Math.round(ageMs / 5)))
}

type Step = () => Promise<void>

/** What the machine's state asks for now; undefined: nothing, or nothing yet. */
function nextStep(context: Context, actor: Actor, machine: MadeMachine): Step | undefined {
  const { key, fleet, state, made } = machine
  const { backoffs, runtimes, known } = context
  const elastic = elasticOf(context, fleet)
  if (!elastic) return undefined
  const fleetRests = backoffs.wait(fleetTarget(fleet)) > 0
  const rests = backoffs.wait(operationTarget(key)) > 0
  if (made.operation !== undefined) return rests ? undefined : () => pollMachine(context, key)
  if (state === 'requested') return fleetRests ? undefined : () => createMachine(context, key)
  if (state === 'starting') return fleetRests || rests ? undefined : () => startMachine(context, key)
  if (state === 'stopping') return rests ? undefined : () => stopMachine(context, key)
  const list: Step = async () => listFleet(context, actor, fleet)
  if (state === 'creating') return list
  if (state === 'booting') return runtimes.of(key) ? async () => void look(context, actor, key) : list
  if (state !== 'deleting') return undefined
  if (known.sightings.deletedAt.has(key)) return list
  return rests ? undefined : () => deleteMachine(context, key)
}
