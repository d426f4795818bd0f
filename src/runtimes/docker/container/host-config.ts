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

/**
 * Never removed or restarted by the engine: both would race with our own reading of how it ended. Of its
 * output only the last 64 KiB are of use; in the log they are up to 5 MB, when all lines are empty.
 */
export const housekeeping: Docker.HostConfig = {
  AutoRemove: false,
  RestartPolicy: { Name: 'no' },
  LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } },
}
