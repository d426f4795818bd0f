import { ImageUnavailable, SlipwayError, Transient } from '../../../domain/errors.ts'
import { DeadlineExceeded } from '../../../kit/deadline.ts'
import { statusOf, wordsOf } from '../connection/errors.ts'
import { jsonLines } from '../connection/json-lines.ts'
import { parseReference } from './image-reference.ts'
import type { Endpoint } from '../../../domain/ports/provider.ts'
import type { Engine, Pull } from '../context.ts'
import type { RegistryConfig } from '../schema.ts'
import { copyImage } from './copy.ts'
import { untilStalled } from './until-stalled.ts'

type PullContext = Pick<Engine, 'docker' | 'where' | 'clock' | 'deadlines' | 'images'>

/**
 * One fetch at a time an image: who asks meanwhile gets its progress and its outcome. What the engine `beside` has is
 * copied from there, the rest comes from registries.
 */
export function createPull(engine: PullContext, registries: readonly RegistryConfig[], beside?: Endpoint): Pull {
  const running = new Map<string, { done: Promise<void>; listeners: Set<(words: string) => void> }>()
  return (image, onProgress) => {
    const joined = running.get(image)
    if (joined) {
      joined.listeners.add(onProgress)
      return joined.done
    }
    const listeners = new Set([onProgress])
    const tell = (words: string) => listeners.forEach((listener) => listener(words))
    const done = fetchOrCopy(engine, registries, beside, image, tell).finally(() => running.delete(image))
    running.set(image, { done, listeners })
    return done
  }
}

async function fetchOrCopy(
  engine: PullContext,
  registries: readonly RegistryConfig[],
  beside: Endpoint | undefined,
  image: string,
  tell: (words: string) => void,
): Promise<void> {
  if (!beside || !(await copyImage(engine, beside, image, tell))) await fetchImage(engine, registries, image, tell)
  engine.images.forget(image)
}

async function fetchImage(
  engine: PullContext,
  registries: readonly RegistryConfig[],
  image: string,
  tell: (words: string) => void,
): Promise<void> {
  const { host, repository, tag } = parseReference(image)
  const login = registries.find((registry) => registry.host === host)
  const authconfig = login && { username: login.username, password: login.password, serveraddress: host }
  const what = `pulling ${image} on ${engine.where}`
  try {
    await untilStalled(engine, what, async (signal, moved) => {
      const request = { _query: { fromImage: repository, tag }, _body: {}, abortSignal: signal }
      const stream = await engine.docker.createImage(authconfig, request)
      signal.addEventListener('abort', () => stream.destroy())
      for await (const message of jsonLines(stream)) {
        moved()
        if (typeof message['error'] === 'string') throw pullError(image, message['error'])
        tell(progressWords(message))
      }
    })
  } catch (error) {
    throw asPortError(error, image, what)
  }
}

function asPortError(error: unknown, image: string, what: string): Error {
  if (error instanceof SlipwayError || error instanceof DeadlineExceeded) return error
  if (statusOf(error) !== undefined) return pullError(image, wordsOf(error))
  return new Transient(`${what}: ${wordsOf(error)}`, { cause: error })
}

/** What passes by itself is told from what a person must mend; engines say both in words alone. */
export function pullError(image: string, words: string): SlipwayError {
  const passing = /timeout|timed out|deadline|connection re|no such host|i\/o|EOF|TLS handshake|toomanyrequests|5\d\d /i
  if (passing.test(words)) return new Transient(`pulling ${image}: ${words}`)
  return new ImageUnavailable(`pulling ${image}: ${words}`)
}

function progressWords(message: Record<string, unknown>): string {
  const { status, id, progressDetail } = message as {
    status?: string
    id?: string
    progressDetail?: { current?: number; total?: number }
  }
  const { current, total } = progressDetail ?? {}
  const share = current && total ? ` ${Math.floor((100 * current) / total)} %` : ''
  return `${id ? `${id}: ` : ''}${status ?? ''}${share}`
}
