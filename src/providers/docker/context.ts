import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { MachineOrder, TlsMaterial } from '../../domain/ports/provider.ts'
import { NotFound } from '../../domain/errors.ts'
import { withDeadline } from '../../kit/deadline.ts'
import type { EngineApi } from './engine/api.ts'
import { engineError } from './engine/errors.ts'
import type { MachineImages } from './machine-image/index.ts'
import type { DockerFleetConfig } from './schema.ts'

/** What every verb works with. */
export interface Context {
  readonly owner: string
  readonly fleets: () => readonly DockerFleetConfig[]
  readonly clock: Clock
  readonly logger: Logger
  /**
   * Script for `/bin/sh` that brings up an engine on port 2376, leaves its mark, and given `stay` ends when its engine
   * does; it holds the machine's key pair. Run at every start of the machine.
   */
  readonly bootstrap: (machine: Pick<MachineOrder, 'name' | 'fleet'>) => Promise<{ readonly script: string }>
  /** What the machines' engines know us by. */
  readonly identity: () => Promise<TlsMaterial>
  readonly images: MachineImages
  /** The client of a host's engine, by its url. */
  readonly engineAt: (url: string) => Host
  /** Machines that are being made now, by name: asked again, the same work is waited for. */
  readonly making: Map<string, Promise<void>>
  /** Machines that were told to stop and have not yet. */
  readonly stopping: Set<string>
}

/** The engine that machines are containers of. */
export interface Host {
  readonly url: string
  readonly docker: EngineApi
  /** What this engine can do, learnt from what it refuses. */
  readonly abilities: { privileged: boolean }
}

/** Milliseconds after which a call is given up. */
export const deadlines = { look: 15_000, make: 90_000, remove: 60_000, stop: 60_000, examine: 15_000 } as const

/** A machine's engine is told to stop and killed after this long. */
export const STOP_GRACE_S = 30

/** NotFound when the configuration has no such fleet. */
export function fleetNamed({ fleets }: Pick<Context, 'fleets'>, name: string): DockerFleetConfig {
  const fleet = fleets().find((one) => one.name === name)
  if (!fleet) throw new NotFound(`no fleet of machines as containers is named ${name}`)
  return fleet
}

export function hostOf(context: Context, fleet: string): Host {
  return context.engineAt(fleetNamed(context, fleet).engine)
}

/** Runs calls of the engine within `ms`; rejects only with errors of the port. */
export async function within<T>(
  { clock }: Pick<Context, 'clock'>,
  ms: number,
  what: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(clock, ms, what, run)
  } catch (error) {
    throw engineError(error, what)
  }
}
