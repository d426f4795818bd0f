import type { Change } from '../../domain/ports/store.ts'
import type { Context } from '../context.ts'
import type { MadeMachine } from '../machines/elastic.ts'

/* How long machines of a fleet take from accepted to ready, as last seen. */

export function bootKey(fleet: string): string {
  return `boot-ms/${fleet}`
}

/** To be committed when a machine is ready for the first time. */
export function bootedSetting(machine: MadeMachine, now: number): Change | undefined {
  const ms = bootMsOf(machine, now)
  return ms === undefined ? undefined : { kind: 'setting', key: bootKey(machine.fleet), value: String(ms) }
}

export function noteBooted(context: Context, machine: MadeMachine, now: number): void {
  const ms = bootMsOf(machine, now)
  if (ms !== undefined) context.known.bootMs.set(machine.fleet, ms)
}

function bootMsOf({ made }: MadeMachine, now: number): number | undefined {
  return made.acceptedAt === undefined ? undefined : Math.max(0, now - made.acceptedAt)
}

export async function recallBoots(context: Context, fleet: string): Promise<void> {
  const text = await context.store.setting(bootKey(fleet))
  if (text !== undefined) context.known.bootMs.set(fleet, Number(text))
}
