import { containerName } from '../../../domain/agent.ts'
import { createFrameReader, createTail } from '../connection/frames.ts'
import { ACK } from '../container/wrapper.ts'
import type { Engine } from '../context.ts'

export function tail(engine: Engine, key: string, bytes: number): Promise<string> {
  return engine.call(`reading the output of ${key}`, engine.deadlines.end, (signal) =>
    readTail(engine, containerName(engine.owner, key), bytes, signal),
  )
}

/** The last output of a container, at most `bytes` of it, without the wrapper's acknowledgement. */
export async function readTail(engine: Engine, id: string, bytes: number, signal: AbortSignal): Promise<string> {
  // The engine counts lines: as many as fill the bytes with lines of 16.
  const options = { stdout: true, stderr: true, follow: false, tail: Math.ceil(bytes / 16) } as const
  const kept = createTail(bytes)
  const read = createFrameReader((payload) => kept.add(payload))
  read(
    await engine.docker
      .getContainer(id)
      .logs({ ...options, abortSignal: signal }),
  )
  return kept.text().replace(new RegExp(`^${ACK}\n`), '')
}
