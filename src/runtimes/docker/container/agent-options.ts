import type Docker from 'dockerode'
import { Refused } from '../../../domain/errors.ts'
import type { WindowsIsolation } from '../../../domain/pool.ts'
import type { ContainerSpec } from '../../../domain/ports/runtime.ts'
import type { Abilities, AgentSettings } from '../context.ts'
import type { ImageFacts } from '../images/images.ts'
import { AGENT, OWNER, POOL, RUNS_AT_ONCE } from '../labels.ts'
import { capabilitiesOf } from './capabilities.ts'
import { engineAccess, splitResources } from './engine-options.ts'
import { plainEnvironment } from './environment.ts'
import { housekeeping, limits, logConfig } from './host-config.ts'
import { wrapperEntrypoint } from './wrapper.ts'

export interface AgentOptionsInput {
  readonly owner: string
  readonly spec: ContainerSpec
  readonly image: ImageFacts
  readonly network: string
  readonly settings: AgentSettings
  readonly abilities: Abilities
  readonly withCa: boolean
}

/** The agent's container as the engine is asked for it. */
export function agentOptions(input: AgentOptionsInput): Docker.ContainerCreateOptions {
  const { owner, spec, image, network, settings, withCa } = input
  const dind = spec.containers === 'dind'
  const command = spec.command.length > 0 ? spec.command : image.command
  if (command.length === 0) throw new Refused(`the image ${spec.image} has no command, and the pool gives none`)
  const access = dind ? engineAccess : { env: [], volumes: {}, groups: [] }
  return {
    // By id: the command above is that of this very image, wherever its tag points by now.
    Image: image.id,
    Entrypoint: wrapperEntrypoint(spec.runsAtOnce),
    Cmd: [...command],
    Env: [...plainEnvironment(settings, withCa), ...access.env],
    Labels: {
      [OWNER]: owner,
      [POOL]: spec.pool,
      [AGENT]: spec.key,
      ...(spec.runsAtOnce && { [RUNS_AT_ONCE]: '1' }),
    },
    Volumes: access.volumes,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    // Nobody stops an agent gently: what ends it is its job, or its removal. Podman waits for this before it removes.
    StopTimeout: 0,
    HostConfig: {
      ...(spec.isolation.windows ? windowsConfig(input, spec.isolation.windows) : linuxConfig(input, access.groups)),
      NetworkMode: network,
      ...housekeeping,
      LogConfig: logConfig(settings.logBytes ?? 0),
    },
  }
}

function linuxConfig({ spec, abilities }: AgentOptionsInput, groups: string[]): Docker.HostConfig {
  const resources = spec.containers === 'dind' ? splitResources(spec.resources).agent : spec.resources
  return {
    ...limits(resources, abilities.storageSize),
    PidsLimit: spec.isolation.pids,
    CapDrop: ['ALL'],
    CapAdd: capabilitiesOf(spec.isolation),
    SecurityOpt: spec.isolation.sudo ? [] : ['no-new-privileges'],
    Privileged: false,
    GroupAdd: groups,
    ...(abilities.init && { Init: true }),
  }
}

/** Capabilities, processes and swap are no notions of Windows: an engine there refuses to hear of them. */
function windowsConfig({ spec, abilities }: AgentOptionsInput, isolation: WindowsIsolation): Docker.HostConfig {
  const { MemorySwap: _, ...rest } = limits(spec.resources, abilities.storageSize)
  return { ...rest, Isolation: isolation }
}
