import { isLiveAgent } from '../../domain/agent.ts'
import { Conflict } from '../../domain/errors.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Change } from '../../domain/ports/store.ts'
import type { Context } from '../context.ts'
import { chargeToEnd, chargeUntil } from './charge.ts'
import { heldEmpty } from './held-empty.ts'
import type { Body } from './metering.ts'
import { forgetPhases } from './phases.ts'
import { lateEnds } from './runs.ts'

/** A machine is charged this often. */
const everyMs = 30_000
/** So many at a time, those first that wait longest: splitting takes time in which nothing else runs. */
const most = 150

export interface Meter {
  /** Begins to charge what is due, if nothing is under way; nobody waits for it. */
  turn(): void
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
}

/**
 * Charges what machines have cost since they were charged last, all of a turn in one commit. The records say what, so
 * it does not matter who wrote them and when. A turn is to begin as soon as jumps of the clock were followed: it reads
 * the clock at once.
 */
export function createMeter(context: Context): Meter {
  let underWay: Promise<void> | undefined
  return {
    turn() {
      underWay ??= chargeDue(context).finally(() => (underWay = undefined))
    },
    idle: () => underWay ?? Promise.resolve(),
  }
}

async function chargeDue(context: Context): Promise<void> {
  const { chargedAt } = context.known.metering
  const now = context.clock.monotonic()
  const last = ({ key }: Machine) => chargedAt.get(key) ?? -Infinity
  const due = [...context.state.machines.values()].filter((machine) => last(machine) + everyMs <= now)
  const strays = [...context.state.meters.keys()].filter((key) => !context.state.machines.has(key))
  if (due.length === 0 && strays.length === 0) return
  const turn = due.sort((a, b) => last(a) - last(b)).slice(0, most)
  try {
    await chargeAll(context, turn, strays)
    for (const { key } of turn) chargedAt.set(key, now)
  } catch (error) {
    // A machine ended or moved meanwhile: the next turn sees it.
    if (error instanceof Conflict) context.logger.debug({ err: error }, 'charges were overtaken')
    else context.logger.warn({ err: error }, 'charges are not stored; they are made up for')
  } finally {
    context.known.metering.charging.clear()
    forgetCharged(context)
  }
}

async function chargeAll(context: Context, machines: readonly Machine[], strays: readonly string[]): Promise<void> {
  const held = heldEmpty(context)
  const now = context.clock.wall()
  const changes = machines.flatMap((machine) => {
    const until = knownUntil(context, machine, now)
    if (until === undefined) return []
    context.known.metering.charging.set(machine.key, until)
    return chargeUntil(context, machine, until, held.has(machine.key))
  })
  const late = [...(await endsOf(context, strays)), ...(await lateEnds(context))]
  await context.state.commit([...changes, ...late])
}

/** Up to when it is known what the machine was; undefined while it is not known whether it comes up. */
function knownUntil(context: Context, { key, state, made }: Machine, now: number): number | undefined {
  if (made && made.readyAt === undefined && state !== 'deleting') return undefined
  // Its provider no longer lists it: unless it comes back, it has cost nothing since.
  return Math.min(now, context.known.sightings.missingSince.get(key) ?? now)
}

/** Machines that are over and not charged to their end: those given by hand, and what an older version has left. */
async function endsOf(context: Context, strays: readonly string[]): Promise<Change[]> {
  const changes: Change[] = []
  for (const key of strays) {
    const machine = await context.store.get('machine', key)
    const from = context.state.meters.get(key)
    if (from === undefined) continue
    if (machine) changes.push(...chargeToEnd(context, machine, machine.made?.goneAt ?? machine.stateAt))
    else changes.push({ kind: 'charges', charges: [], meter: { machine: key, from, until: null } })
  }
  return changes
}

/** What ended before the moment up to which all is charged, is needed no more. */
function forgetCharged({ state, known }: Context): void {
  const { bodies, phases, chargedAt } = known.metering
  for (const [machine, all] of bodies) {
    const until = state.meters.get(machine)
    if (!state.machines.has(machine) && until === undefined) bodies.delete(machine)
    for (const [key, body] of all) if (until !== undefined && endOf(body) <= until) all.delete(key)
  }
  for (const machine of phases.keys()) forgetPhases(known.metering, machine, state.meters.get(machine))
  for (const machine of chargedAt.keys()) if (!state.machines.has(machine)) chargedAt.delete(machine)
}

function endOf({ agent, container }: Body): number {
  if (agent) return isLiveAgent(agent) ? Infinity : agent.stateAt
  return container?.state === 'gone' ? (container.goneAt ?? container.createdAt) : Infinity
}
