import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { Endpoint } from '../../domain/ports/provider.ts'
import type { ContainerRuntime } from '../../domain/ports/runtime.ts'
import { createCaBundle } from './ca-bundle.ts'
import { callEngine } from './connection/call.ts'
import { connectEngine, endpointWords } from './connection/client.ts'
import { defaultDeadlines, type Deadlines, type Engine } from './context.ts'
import { createEngineImage } from './images/engine-image.ts'
import { createImages } from './images/images.ts'
import { createNetworks } from './host/networks.ts'
import type { RegistryConfig } from './schema.ts'
import { activate } from './verbs/activate.ts'
import { activity } from './verbs/activity.ts'
import { bootstrapped } from './verbs/machine/bootstrapped.ts'
import { notices } from './verbs/machine/notices.ts'
import { end } from './verbs/end.ts'
import { examine } from './verbs/machine/examine.ts'
import { list } from './verbs/list.ts'
import { log } from './verbs/log.ts'
import { createPrepare } from './verbs/prepare.ts'
import { probe } from './verbs/machine/probe.ts'
import { createPull } from './images/pull.ts'
import { remove } from './verbs/remove.ts'
import { tail } from './verbs/tail.ts'
import { watch } from './verbs/watch.ts'

export interface DockerRuntimeOptions {
  readonly owner: string
  readonly endpoint: Endpoint
  readonly clock: Clock
  readonly logger: Logger
  readonly registries: readonly RegistryConfig[]
  /** For agents, as is; neither may hold a password: the engine shows it. */
  readonly proxy?: string
  readonly noProxy: readonly string[]
  /** Path of an extra certificate authority in PEM, which agents are to trust beside the public ones. */
  readonly caFile?: string
  /** The engine beside agents with `containers: dind`. */
  readonly engineImage?: string
  /** Most of an agent's output that will be asked for: the engine keeps up to twice as much. 64 KiB unless given. */
  readonly logBytes?: number
  /** An engine beside this one: images that it has are copied from there instead of pulled. */
  readonly imagesFrom?: Endpoint
  readonly deadlines?: Partial<Deadlines>
}

/** The docker image with an engine in it, as its makers publish it. */
export const DEFAULT_ENGINE_IMAGE = 'docker:dind'

/** Containers on one engine, Docker's or Podman's. Nothing is asked of the engine before the first call. */
export function createDockerRuntime(options: DockerRuntimeOptions): ContainerRuntime {
  const { owner, endpoint, clock, registries } = options
  const { docker, close } = connectEngine(endpoint)
  const where = endpointWords(endpoint)
  const bare: Omit<Engine, 'engineImage'> = {
    owner,
    docker,
    where,
    clock,
    logger: options.logger,
    deadlines: { ...defaultDeadlines, ...options.deadlines },
    settings: {
      proxy: options.proxy,
      noProxy: options.noProxy,
      caBundle: createCaBundle(options.caFile),
      engineImage: options.engineImage ?? DEFAULT_ENGINE_IMAGE,
      logBytes: options.logBytes,
    },
    abilities: { init: true, storageSize: true, privileged: true },
    images: createImages(docker, clock),
    networks: createNetworks(docker, owner),
    probes: new Set(),
    call: (what, ms, run) => callEngine({ docker, clock, where }, what, ms, run),
  }
  const pull = createPull(bare, registries, options.imagesFrom)
  const engine: Engine = { ...bare, engineImage: createEngineImage(bare, pull) }
  const closing = new AbortController()
  return {
    prepare: createPrepare(engine),
    activate: (key, activation) => activate(engine, key, activation),
    list: () => list(engine),
    activity: (key) => activity(engine, key),
    end: (key) => end(engine, key),
    tail: (key, bytes) => tail(engine, key, bytes),
    log: (key) => log(engine, key),
    remove: (key) => remove(engine, key),
    watch: (onEvent, signal) => watch(engine, onEvent, AbortSignal.any([signal, closing.signal])),
    hasImage: (image) => hasImage(engine, image),
    pull,
    probe: (image) => probe(engine, endpoint, image),
    examine: () => examine(engine),
    bootstrapped: () => bootstrapped(engine),
    notices: () => notices(engine),
    close() {
      closing.abort()
      close()
    },
  }
}

function hasImage(engine: Engine, image: string): Promise<boolean> {
  return engine.call(`looking for the image ${image}`, engine.deadlines.list, async (signal) => {
    return (await engine.images.look(image, signal)) !== undefined
  })
}
