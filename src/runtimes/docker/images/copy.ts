import { Transient } from '../../../domain/errors.ts'
import type { Endpoint } from '../../../domain/ports/provider.ts'
import { roundBytes } from '../../../kit/units.ts'
import type { EngineApi } from '../connection/api.ts'
import { connectEngine, endpointWords } from '../connection/client.ts'
import { engineError, statusOf } from '../connection/errors.ts'
import { jsonLines } from '../connection/json-lines.ts'
import type { Engine } from '../context.ts'
import { untilStalled } from './until-stalled.ts'
import type { Readable } from 'node:stream'

/**
 * Copies an image from another engine, if it is there. Whether it was; rejects with errors of the port. One that is
 * named by its digest never is: a copy loses that name.
 */
export async function copyImage(
  engine: Pick<Engine, 'docker' | 'where' | 'clock' | 'deadlines'>,
  from: Endpoint,
  image: string,
  tell: (words: string) => void,
): Promise<boolean> {
  if (image.includes('@')) return false
  const { docker: source, close } = connectEngine(from)
  const what = `copying ${image} from ${endpointWords(from)}`
  let copied = false
  try {
    await untilStalled(engine, `${what} to ${engine.where}`, async (signal, moved) => {
      if (!(await has(source, image, signal))) return
      const archive = await openArchive(source, image, signal)
      let bytes = 0
      archive.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        moved()
        tell(`${roundBytes(bytes)} copied`)
      })
      await load(engine.docker, archive, signal)
      copied = true
    })
    return copied
  } catch (error) {
    throw engineError(error, what, engine.where)
  } finally {
    close()
  }
}

async function has(docker: EngineApi, image: string, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await docker.getImage(image).inspect({ abortSignal })
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

function openArchive(docker: EngineApi, image: string, abortSignal: AbortSignal): Promise<Readable> {
  const request = {
    path: `/images/${image}/get?`,
    method: 'GET',
    isStream: true,
    statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
    options: {},
    abortSignal,
  } as const
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error, stream) => {
      if (error) reject(error)
      else resolve(stream)
    })
  })
}

async function load(docker: EngineApi, archive: Readable, abortSignal: AbortSignal): Promise<void> {
  const answer = await docker.loadImage(archive, { _query: { quiet: true }, _body: {}, abortSignal })
  abortSignal.addEventListener('abort', () => answer.destroy())
  for await (const { error } of jsonLines(answer)) if (typeof error === 'string') throw new Transient(error)
}
