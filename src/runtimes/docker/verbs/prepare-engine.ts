import type { Clock } from '../../../domain/ports/clock.ts'
import { Transient } from '../../../domain/errors.ts'
import type { ContainerSpec } from '../../../domain/ports/runtime.ts'
import { archiveOfFolder } from '../connection/archive.ts'
import { ENGINE_SOCKET, engineName, engineOptions, WORK_FOLDER } from '../container/engine-options.ts'
import type { Engine } from '../context.ts'
import { fileThere } from './activity.ts'
import { startContainer } from './start-container.ts'
import { readTail } from './tail.ts'

const LOOK_EVERY_MS = 200

/** Starts the engine beside an agent and waits until its socket is there. */
export async function prepareEngine(
  engine: Engine,
  spec: ContainerSpec,
  agentId: string,
  signal: AbortSignal,
): Promise<void> {
  const { owner, settings, abilities } = engine
  const [image, caBundle] = await Promise.all([
    engine.engineImage(signal),
    settings.caBundle(),
    openWorkFolder(engine, agentId, signal),
  ])
  const withCa = caBundle !== undefined
  const options = () => engineOptions({ owner, spec, agentId, image, settings, abilities, withCa })
  const id = await startContainer(engine, engineName(owner, spec.key), options, caBundle, signal)
  while (!(await fileThere(engine, id, ENGINE_SOCKET, signal))) {
    const { State } = await engine.docker.getContainer(id).inspect({ abortSignal: signal })
    if (!State.Running) {
      throw new Transient(`the engine beside ${spec.key} ended: ${await readTail(engine, id, 2000, signal)}`)
    }
    await pause(engine.clock, LOOK_EVERY_MS, signal)
  }
}

/** The volume of a folder that the image lacks belongs to root: open it to whatever user the image runs as. */
async function openWorkFolder(engine: Engine, agentId: string, signal: AbortSignal): Promise<void> {
  const archive = await archiveOfFolder({ name: `${WORK_FOLDER.slice(1)}/`, mode: 0o1777 })
  await engine.docker.getContainer(agentId).putArchive(archive, { path: '/', abortSignal: signal })
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(ms, resolve)
    signal.addEventListener('abort', () => {
      cancel()
      reject(signal.reason instanceof Error ? signal.reason : new Error('given up'))
    })
  })
}
