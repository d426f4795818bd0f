import type Docker from 'dockerode'
import { containerName } from '../../../domain/agent.ts'
import type { Resources } from '../../../domain/resources.ts'
import type { ContainerSpec } from '../../../domain/ports/runtime.ts'
import type { Abilities, AgentSettings } from '../context.ts'
import type { ImageFacts } from '../images/images.ts'
import { HELPER_OF, OWNER } from '../labels.ts'
import { plainEnvironment } from './environment.ts'
import { housekeeping, limits } from './host-config.ts'

/*
 * `containers: dind`: an engine beside the agent, in the agent's own network namespace on a bridge of their own, so
 * that a job finds the published ports of its services on localhost, as on a plain VM, and nobody else finds anything.
 * They share anonymous volumes: one with the engine's socket, one with the runner's work folder, which jobs mount
 * into their containers by path. The host's socket is in neither.
 */

const SOCKET_FOLDER = '/run/slipway-engine'
export const ENGINE_SOCKET = `${SOCKET_FOLDER}/docker.sock`
/** The group that may use the socket; any number that the images don't use. */
const SOCKET_GROUP = '2375'
/** Where GitHub's runner keeps checkouts. */
export const WORK_FOLDER = '/home/runner/_work'

/** What the agent's container gets so that it can use the engine. */
export const engineAccess = {
  env: [`DOCKER_HOST=unix://${ENGINE_SOCKET}`],
  volumes: { [SOCKET_FOLDER]: {}, [WORK_FOLDER]: {} },
  groups: [SOCKET_GROUP],
}

/** The engine and all that it runs take half of the agent's memory and CPU; disk is not split, both fill one disk. */
export function splitResources(whole: Resources): { agent: Resources; engine: Resources } {
  const agent = { ...whole, milliCpu: Math.ceil(whole.milliCpu / 2), memory: Math.ceil(whole.memory / 2) }
  return {
    agent,
    engine: { milliCpu: whole.milliCpu - agent.milliCpu, memory: whole.memory - agent.memory, disk: whole.disk },
  }
}

export function engineName(owner: string, key: string): string {
  return `${containerName(owner, key).slice(0, 56)}-engine`
}

/**
 * Makes the control groups writable where they are not (an engine that refuses `privileged`), keeps what the inner
 * engine starts inside the groups of this container, so that its limits hold, and starts the image's engine.
 */
const START_ENGINE = [
  `for d in /sys/fs/cgroup /sys/fs/cgroup/*;`,
  `do [ -d "$d" ] && mount -o remount,rw,bind "$d" 2>/dev/null; done`,
  `; exec "$@"`,
].join(' ')

export interface EngineOptionsInput {
  readonly owner: string
  readonly spec: ContainerSpec
  /** The id of the agent's container, running. */
  readonly agentId: string
  readonly image: ImageFacts
  readonly settings: AgentSettings
  readonly abilities: Abilities
  readonly withCa: boolean
}

export function engineOptions(input: EngineOptionsInput): Docker.ContainerCreateOptions {
  const { owner, spec, agentId, image, settings, abilities, withCa } = input
  const daemon = [
    'dockerd',
    `--host=unix://${ENGINE_SOCKET}`,
    '--host=unix:///var/run/docker.sock',
    `--group=${SOCKET_GROUP}`,
  ]
  return {
    Image: image.id,
    Entrypoint: ['/bin/sh', '-c', START_ENGINE, 'slipway-engine'],
    Cmd: [...image.entrypoint, ...daemon],
    // Tells docker's own image to make no certificates.
    Env: [...plainEnvironment(settings, withCa), 'DOCKER_TLS_CERTDIR='],
    Labels: { [OWNER]: owner, [HELPER_OF]: spec.key },
    Volumes: { '/var/lib/docker': {} },
    Tty: false,
    HostConfig: {
      ...limits(splitResources(spec.resources).engine, abilities.storageSize),
      PidsLimit: spec.isolation.pids,
      NetworkMode: `container:${agentId}`,
      VolumesFrom: [agentId],
      ...(abilities.privileged ? { Privileged: true } : withoutPrivileged),
      ...housekeeping,
    },
  }
}

/** What an inner engine needs where the outer one may not grant everything. As powerful as privileged in practice. */
const withoutPrivileged: Docker.HostConfig = {
  CapAdd: ['ALL'],
  CapDrop: ['SYS_RESOURCE'],
  SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
  MaskedPaths: [],
  ReadonlyPaths: [],
  DeviceCgroupRules: ['a *:* rwm'],
}
