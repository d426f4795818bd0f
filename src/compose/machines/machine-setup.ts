import { readFile } from 'node:fs/promises'
import type { Config } from '../../config/index.ts'
import { NotFound, Refused } from '../../domain/errors.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { MachineOrder, TlsMaterial } from '../../domain/ports/provider.ts'
import type { Store } from '../../domain/ports/store.ts'
import type { Authority, BootstrapInput, MachineBootstrap } from '../../providers/bootstrap/index.ts'

/** The setting that holds the sealed authority. */
const SETTING = 'authority'

/** What providers that make machines set them up with, and reach them by. */
export interface MachineSetup {
  /** The scripts of one machine. They hold a key pair of its own: made anew each time. */
  bootstrap(machine: Pick<MachineOrder, 'name' | 'fleet'>): Promise<MachineBootstrap>
  /** What the machines' engines know us by. */
  identity(): Promise<TlsMaterial>
}

export type Settings = Pick<Store, 'setting' | 'commit'>

/**
 * The authority is opened, or made, when the first machine asks for it. Without a store (a command beside the running
 * service) both calls are Refused.
 */
export function createMachineSetup(config: () => Config, store: Settings | undefined, clock: Clock): MachineSetup {
  let opening: Promise<Authority> | undefined

  function authority(): Promise<Authority> {
    opening ??= openAuthority(config(), store, clock).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  return {
    async bootstrap(machine) {
      const { machineBootstrap } = await import('../../providers/bootstrap/index.ts')
      return machineBootstrap(await inputOf(config(), machine, await authority()))
    },
    identity: async () => (await authority()).client(),
  }
}

async function openAuthority(config: Config, store: Settings | undefined, clock: Clock): Promise<Authority> {
  const { createAuthority } = await import('../../providers/bootstrap/index.ts')
  if (!store) throw new Refused('only the service itself reaches the machines that it makes')
  const key = config.authority?.key
  if (key === undefined) throw new Refused('machines need certificates: the configuration has no `authority.key`')
  return createAuthority({
    key,
    clock,
    sealed: await store.setting(SETTING),
    save: (value) => store.commit([{ kind: 'setting', key: SETTING, value }]),
  })
}

async function inputOf(
  config: Config,
  { name, fleet: fleetName }: Pick<MachineOrder, 'name' | 'fleet'>,
  authority: Authority,
): Promise<BootstrapInput> {
  const settings = config.fleets.find(({ fleet }) => fleet.name === fleetName)?.settings
  if (!settings || settings.provider === 'static') throw new NotFound(`no fleet ${fleetName} makes machines`)
  const { registryMirror, allowPrivate, before, after } = settings.bootstrap
  const loads = settings.provider === 'docker' && settings.loadImages
  return {
    name,
    owner: config.owner,
    os: settings.os,
    identity: await authority.issue(name, settings.maxAge),
    // Machines beside the host's own engine get images from there, when they need them.
    images: loads ? [] : imagesFor(config, fleetName),
    ...(registryMirror !== undefined && { registryMirror }),
    ...(config.proxy !== undefined && { proxy: config.proxy, noProxy: config.noProxy }),
    ...(config.caFile !== undefined && { caBundle: await readFile(config.caFile, 'utf8') }),
    allowPrivate,
    ...(needsHyperV(config, fleetName) && { isolation: 'hyperv' as const }),
    hooks: { ...(before !== undefined && { before }), ...(after !== undefined && { after }) },
    // Scheduled events are a cloud's.
    spotWatcher: settings.provider !== 'docker',
  }
}

/** Windows must be given the feature before any container can ask for it. */
function needsHyperV(config: Config, fleet: string): boolean {
  return config.pools.some((pool) => pool.fleets.includes(fleet) && pool.isolation.windows === 'hyperv')
}

/** What pools of the fleet run, and the engine beside their agents. */
function imagesFor(config: Config, fleet: string): string[] {
  const pools = config.pools.filter((pool) => pool.fleets.includes(fleet))
  const engine = pools.some((pool) => pool.containers === 'dind') ? (config.engineImage ?? 'docker:dind') : undefined
  return [...new Set([...pools.map(({ image }) => image), ...(engine === undefined ? [] : [engine])])]
}
