import { statfs } from 'node:fs/promises'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Endpoint } from '../../domain/ports/provider.ts'
import type { Resources } from '../../domain/resources.ts'
import { callEngine } from './connection/call.ts'
import { connectEngine, endpointWords } from './connection/client.ts'
import { defaultDeadlines } from './context.ts'

/**
 * No engine tells the size of its disk. Far more than agents ask for, so that disk never binds unless the size of the
 * host is stated: 1 TiB.
 */
export const UNMEASURED_DISK = 2 ** 40

/**
 * The size of an engine's machine: CPUs and memory as it says; disk from the file system when the engine is on this
 * very machine. Rejects with DeadlineExceeded, Refused or Transient.
 */
export async function measureEngine(endpoint: Endpoint, clock: Clock): Promise<Resources> {
  const { docker, close } = connectEngine(endpoint)
  const where = endpointWords(endpoint)
  try {
    return await callEngine(
      { docker, clock, where },
      'measuring the engine',
      defaultDeadlines.examine,
      async (signal) => {
        const info = await docker.info({ abortSignal: signal })
        const disk = endpoint.kind === 'unix' ? await diskOf(info.DockerRootDir) : UNMEASURED_DISK
        return { milliCpu: info.NCPU * 1000, memory: info.MemTotal, disk }
      },
    )
  } finally {
    close()
  }
}

/** A socket may lead into another file system (a VM, a mount): what can't be seen isn't measured. */
async function diskOf(folder: string): Promise<number> {
  try {
    const { bsize, blocks } = await statfs(folder)
    return bsize * blocks
  } catch {
    return UNMEASURED_DISK
  }
}
