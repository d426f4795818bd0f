import { text } from 'node:stream/consumers'
import type { Clock } from '../../../domain/ports/clock.ts'
import { Transient } from '../../../domain/errors.ts'
import { within, type Host } from '../host.ts'

export interface Login {
  readonly host: string
  readonly username: string
  readonly password: string
}

/** All of it, however slow the line. */
const PULL_MS = 1_800_000

/** Fetches the image to the host's engine. Rejects in the engine's words. */
export function pullImage(
  { docker }: Host,
  image: string,
  { clock, registries }: { readonly clock: Clock; readonly registries: () => readonly Login[] },
): Promise<void> {
  const { repository, tag } = splitReference(image)
  const login = registries().find(({ host }) => image.startsWith(`${host}/`))
  const auth = login && { username: login.username, password: login.password, serveraddress: login.host }
  return within({ clock }, PULL_MS, `pulling ${image}`, async (abortSignal) => {
    const request = { _query: { fromImage: repository, tag }, _body: {}, abortSignal }
    const said = await text(await docker.createImage(auth, request))
    const error = errorIn(said)
    if (error !== undefined) throw new Transient(error)
  })
}

/** `name:tag`, `name@sha256:…` or `name`, which means `latest`. */
export function splitReference(image: string): { repository: string; tag: string } {
  const [name = '', digest] = image.split('@', 2)
  const colon = name.lastIndexOf(':')
  const tagged = colon > name.lastIndexOf('/')
  const repository = tagged ? name.slice(0, colon) : name
  return { repository, tag: digest ?? (tagged ? name.slice(colon + 1) : 'latest') }
}

/** Of the lines of JSON that an engine writes while it works: the word of failure, if one is among them. */
export function errorIn(lines: string): string | undefined {
  const line = lines.split('\n').find((one) => one.includes('"error"'))
  if (line === undefined) return undefined
  const { error } = JSON.parse(line) as { error?: unknown }
  return typeof error === 'string' ? error : line
}
