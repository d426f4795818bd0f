import type Docker from 'dockerode'
import { STOP_GRACE_S } from './host.ts'
import { containerNameOf, labelsOf, type MachineLabels } from './labels.ts'

export interface MachineContainer extends MachineLabels {
  readonly image: string
  /** Id of the machines' network. */
  readonly network: string
  readonly privileged: boolean
  /** CPUs of the host: it refuses a limit above. */
  readonly hostCpus: number
}

/** Where the script of the set-up is put, which is also the machine's first process. */
export const SCRIPT = 'slipway/bootstrap.sh'
const HOME_OF_IMAGES = '/var/lib/docker'
const NANO_CPUS_PER_MILLI = 1_000_000
const LEAST_PIDS = 65_536

/** The container that is a machine. Nothing here is secret: whoever may look at the engine reads it. */
export function containerOptions(machine: MachineContainer): Docker.ContainerCreateOptions {
  const { owner, image, network, size, privileged, hostCpus } = machine
  return {
    name: containerNameOf(owner, machine.machine),
    Image: image,
    Hostname: machine.machine,
    User: '0',
    Labels: labelsOf(machine),
    Entrypoint: ['/bin/sh', `/${SCRIPT}`],
    Cmd: ['stay'],
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    // Anonymous, so that it goes with the container; a volume, for an overlay can't lie on an overlay.
    Volumes: { [HOME_OF_IMAGES]: {} },
    StopSignal: 'SIGTERM',
    StopTimeout: STOP_GRACE_S,
    HostConfig: {
      NetworkMode: network,
      NanoCpus: Math.min(size.milliCpu, hostCpus * 1000) * NANO_CPUS_PER_MILLI,
      Memory: size.memory,
      MemorySwap: size.memory,
      PidsLimit: LEAST_PIDS,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      ...(privileged ? { Privileged: true } : nearlyPrivileged),
    },
  }
}

/**
 * What an engine needs, spelt out, for hosts that may not hand over all that they have: everything but
 * CAP_SYS_RESOURCE, which such a host lacks itself.
 */
const nearlyPrivileged: Docker.HostConfig & { MaskedPaths: string[]; ReadonlyPaths: string[] } = {
  CapAdd: ['ALL'],
  CapDrop: ['SYS_RESOURCE'],
  SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
  MaskedPaths: [],
  ReadonlyPaths: [],
  DeviceCgroupRules: ['a *:* rwm'],
}
