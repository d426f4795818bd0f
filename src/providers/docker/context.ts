import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { MachineOrder, TlsMaterial } from '../../domain/ports/provider.ts'
import { NotFound } from '../../domain/errors.ts'
import type { Host } from './host.ts'
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
  /** Networks that are being looked for or made now, by the engine's url. */
  readonly networks: Map<string, Promise<string>>
  /** Machines that were told to stop and have not yet. */
  readonly stopping: Set<string>
}

/** NotFound when the configuration has no such fleet. */
export function fleetNamed({ fleets }: Pick<Context, 'fleets'>, name: string): DockerFleetConfig {
  const fleet = fleets().find((one) => one.name === name)
  if (!fleet) throw new NotFound(`no fleet of machines as containers is named ${name}`)
  return fleet
}

export function hostOf(context: Context, fleet: string): Host {
  return context.engineAt(fleetNamed(context, fleet).engine)
}
