import { containerName } from '../../../domain/agent.ts'
import type { ContainerSpec } from '../../../domain/ports/runtime.ts'
import { statusOf, wordsOf } from '../connection/errors.ts'
import { agentOptions } from '../container/agent-options.ts'
import type { Engine } from '../context.ts'
import { prepareEngine } from './prepare-engine.ts'
import { deleteContainer } from './remove.ts'
import { startContainer } from './start-container.ts'

/** One preparation at a time a key: the engine answers strangely while a name is being taken. */
export function createPrepare(engine: Engine): (spec: ContainerSpec) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  return (spec) => {
    const joined = running.get(spec.key)
    if (joined) return joined
    const done = prepare(engine, spec).finally(() => running.delete(spec.key))
    running.set(spec.key, done)
    return done
  }
}

function prepare(engine: Engine, spec: ContainerSpec): Promise<void> {
  return engine.call(`preparing ${spec.key}`, engine.deadlines.prepare, async (signal) => {
    // Before anything is made: it may have to be fetched first.
    if (spec.containers === 'dind') await engine.engineImage(signal)
    const agentId = await startAgent(engine, spec, signal).catch(async (error: unknown) => {
      if (!forgetWhatIsGone(engine, spec, error)) throw error
      await deleteContainer(engine, containerName(engine.owner, spec.key), signal)
      return startAgent(engine, spec, signal)
    })
    if (spec.containers === 'dind') await prepareEngine(engine, spec, agentId, signal)
  })
}

async function startAgent(engine: Engine, spec: ContainerSpec, signal: AbortSignal): Promise<string> {
  const { owner, settings, abilities, networks } = engine
  const [image, network, caBundle] = await Promise.all([
    engine.images.of(spec.image, signal),
    spec.containers === 'dind' ? networks.own(spec.key, signal) : networks.shared(signal),
    settings.caBundle(),
  ])
  const withCa = caBundle !== undefined
  const options = () => agentOptions({ owner, spec, image, network, settings, abilities, withCa })
  return startContainer(engine, containerName(owner, spec.key), options, caBundle, signal)
}

/** The network or the image that we remember may have been removed behind our back: look again, once. */
function forgetWhatIsGone(engine: Engine, spec: ContainerSpec, error: unknown): boolean {
  if (statusOf(error) !== 404) return false
  const words = wordsOf(error)
  if (/network/i.test(words)) engine.networks.forget()
  else if (/image/i.test(words)) engine.images.forget(spec.image)
  else return false
  return true
}
