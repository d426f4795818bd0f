import type Docker from 'dockerode'
import type { Resources } from '../../../domain/resources.ts'

/** Memory and swap together are the memory given: a container never swaps. */
export function limits(resources: Resources, storageSize: boolean): Docker.HostConfig {
  return {
    Memory: resources.memory,
    MemorySwap: resources.memory,
    NanoCpus: resources.milliCpu * 1_000_000,
    ...(storageSize && resources.disk > 0 && { StorageOpt: { size: String(resources.disk) } }),
  }
}

const MB = 1_000_000
/** The last 64 KiB of output are up to this much in the engine's log, when all lines are empty. */
const TAIL_MB = 5

/** Never removed or restarted by the engine: both would race with our own reading of how it ended. */
export const housekeeping: Docker.HostConfig = {
  AutoRemove: false,
  RestartPolicy: { Name: 'no' },
  LogConfig: logConfig(0),
}

/** Two files of so much: when both are full, the older goes. The engine's own form takes up to twice what was written. */
export function logConfig(bytes: number): Docker.HostConfig['LogConfig'] {
  const size = Math.max(TAIL_MB, Math.ceil(bytes / MB))
  return { Type: 'json-file', Config: { 'max-size': `${size}m`, 'max-file': '2' } }
}
