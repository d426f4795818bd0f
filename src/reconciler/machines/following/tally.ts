import { Conflict } from '../../../domain/errors.ts'
import type { Machine } from '../../../domain/machine.ts'
import type { Context } from '../../context.ts'
import { change, type Committed } from '../../state.ts'
import { madeMachine, type MadeMachine } from '../elastic.ts'

/** After a start: what came or went last may not have been tallied. */
export function tallyAll(context: Context): void {
  for (const machine of context.state.machines.values())
    if (machine.made) context.known.sightings.touched.add(machine.key)
}

/** To be told of every commit: which machines have had agents, and on which something came or went. */
export function noteBodies(context: Context, changes: readonly Committed[]): void {
  const { touched, agentsBegun } = context.known.sightings
  for (const each of changes) {
    if (each.table !== 'agent' && each.table !== 'container') continue
    const { machine } = each.now
    if (!context.state.machines.get(machine)?.made) continue
    if (each.before && each.before.state === each.now.state) continue
    touched.add(machine)
    if (each.table === 'agent' && !each.before) agentsBegun.set(machine, (agentsBegun.get(machine) ?? 0) + 1)
  }
}

/** Brings the count of agents and the beginning of emptiness up to date. To be called after each plan. */
export async function tally(context: Context): Promise<void> {
  const { touched, agentsBegun } = context.known.sightings
  for (const key of touched) {
    const machine = madeMachine(context, key)
    touched.delete(key)
    if (!machine) continue
    const begun = agentsBegun.get(key) ?? 0
    const patch = tallyOf(context, machine, begun)
    if (!patch) continue
    try {
      await context.state.commit([change('machine', machine, patch)])
      agentsBegun.set(key, (agentsBegun.get(key) ?? 0) - begun)
    } catch (error) {
      touched.add(key)
      if (!(error instanceof Conflict)) throw error
      return
    }
  }
}

function tallyOf(context: Context, machine: MadeMachine, begun: number): Partial<Machine> | undefined {
  const emptySince = emptinessOf(context, machine, begun > 0)
  if (begun === 0 && emptySince === machine.emptySince) return undefined
  return { agentsHad: machine.agentsHad + begun, emptySince }
}

/** `used`: something was on it since, if only for a moment. */
export function emptinessOf(context: Context, machine: MadeMachine, used: boolean): number | undefined {
  if (machine.state !== 'ready' && machine.state !== 'unreachable') return undefined
  const { agents, containers } = context.state
  const occupied = [...containers.values(), ...agents.values()].some((body) => body.machine === machine.key)
  if (occupied) return undefined
  return used ? context.clock.wall() : (machine.emptySince ?? context.clock.wall())
}
