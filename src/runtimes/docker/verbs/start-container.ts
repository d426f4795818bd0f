import type Docker from 'dockerode'
import { Refused, Transient } from '../../../domain/errors.ts'
import type { ContainerApi } from '../connection/api.ts'
import { archiveOfFile } from '../connection/archive.ts'
import { statusOf, wordsOf } from '../connection/errors.ts'
import { CA_PATH } from '../container/environment.ts'
import type { Abilities, Engine } from '../context.ts'
import { OWNER } from '../labels.ts'

type Options = Docker.ContainerCreateOptions

/**
 * Creates and starts a container, once by name: one that is there is started if it never was and left as it is
 * otherwise. What this engine turns out not to be able to do is left out from then on. Its id.
 */
export async function startContainer(
  engine: Engine,
  name: string,
  options: () => Options,
  caBundle: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const wanted = options()
  let made: Made | undefined
  try {
    made = await create(engine, name, wanted, signal)
    if (!made.fresh) return made.id
    const container = engine.docker.getContainer(made.id)
    if (caBundle) await placeBundle(container, caBundle, signal)
    await container.start({ abortSignal: signal })
    return made.id
  } catch (error) {
    if (!learn(engine.abilities, wanted, error)) throw error
    if (made) await engine.docker.getContainer(made.id).remove({ force: true, v: true, abortSignal: signal })
    return startContainer(engine, name, options, caBundle, signal)
  }
}

interface Made {
  readonly id: string
  /** Never started yet. */
  readonly fresh: boolean
}

async function create(engine: Engine, name: string, options: Options, signal: AbortSignal): Promise<Made> {
  const request = { _query: { name }, _body: options, abortSignal: signal }
  try {
    return { id: (await engine.docker.createContainer(request)).id, fresh: true }
  } catch (error) {
    if (!nameTaken(error)) throw error
  }
  const { Id, Config, State } = await inspectHolder(engine, name, signal)
  if (Config.Labels[OWNER] === engine.owner) return { id: Id, fresh: State.Status === 'created' }
  throw new Refused(`a container named ${name} is there but is not ours: rename or remove it`)
}

/** Podman has no status of its own for it. */
function nameTaken(error: unknown): boolean {
  return statusOf(error) === 409 || /name .* is already in use/i.test(wordsOf(error))
}

/** Who holds the name. It may be on its way in or out. */
async function inspectHolder(engine: Engine, name: string, signal: AbortSignal) {
  try {
    return await engine.docker.getContainer(name).inspect({ abortSignal: signal })
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    throw new Transient(`the name ${name} is being taken or given back just now`)
  }
}

async function placeBundle(container: ContainerApi, bundle: string, signal: AbortSignal): Promise<void> {
  const archive = await archiveOfFile({ name: CA_PATH.slice(1), mode: 0o444 }, bundle)
  await container.putArchive(archive, { path: '/', abortSignal: signal })
}

/** True when the refusal was about something that we can do without, which is then left out. */
function learn(abilities: Abilities, options: Options, error: unknown): boolean {
  const words = wordsOf(error)
  const host = options.HostConfig ?? {}
  if (host.Init && /docker-init|catatonit|init[- ]binary|container-init/i.test(words)) return drop(abilities, 'init')
  if (host.StorageOpt && /storage[- ]?opt|quota|size/i.test(words)) return drop(abilities, 'storageSize')
  if (host.Privileged && /unable to apply caps|privileged|operation not permitted/i.test(words))
    return drop(abilities, 'privileged')
  return false
}

function drop(abilities: Abilities, what: keyof Abilities): boolean {
  abilities[what] = false
  return true
}
