import type { Readable } from 'node:stream'
import { containerName } from '../../../domain/agent.ts'
import type { EngineApi } from '../connection/api.ts'
import { createFrameReader, createTail } from '../connection/frames.ts'
import { ACK } from '../container/wrapper.ts'
import type { Engine } from '../context.ts'

export function tail(engine: Engine, key: string, bytes: number): Promise<string> {
  return engine.call(`reading the output of ${key}`, engine.deadlines.end, (signal) =>
    readTail(engine, containerName(engine.owner, key), bytes, signal),
  )
}

/** The last output of a container, at most `bytes` of it, without the wrapper's acknowledgement. */
export async function readTail(
  engine: Pick<Engine, 'docker'>,
  id: string,
  bytes: number,
  signal: AbortSignal,
): Promise<string> {
  const kept = createTail(bytes)
  const read = createFrameReader((payload) => kept.add(payload))
  // The engine counts lines, which may be empty.
  for await (const chunk of await openLog(engine.docker, id, bytes, signal)) read(chunk as Buffer)
  return kept.text().replace(new RegExp(`^${ACK}\n?`), '')
}

/** The client would read the whole answer first, whatever its size. */
export function openLog(docker: EngineApi, id: string, lines: number | 'all', signal: AbortSignal): Promise<Readable> {
  const request = {
    path: `/containers/${id}/logs?`,
    method: 'GET',
    isStream: true,
    statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
    options: { stdout: true, stderr: true, tail: lines },
    abortSignal: signal,
  } as const
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error, stream) => {
      if (error) reject(error)
      else resolve(stream)
    })
  })
}
