import type Docker from 'dockerode'
import type { Context } from './context.ts'
import type { ContainerApi, EngineApi } from './engine/api.ts'
import { statusOf } from './engine/errors.ts'
import { containerNameOf, MACHINE, OWNER } from './labels.ts'

export interface OwnContainer {
  readonly container: ContainerApi
  readonly info: Docker.ContainerInspectInfo
  /** False: the name is taken by what is none of our machines. */
  readonly ours: boolean
}

/** What stands under the machine's name on the engine; undefined when nothing does. */
export async function findContainer(
  { owner }: Pick<Context, 'owner'>,
  docker: EngineApi,
  name: string,
  abortSignal: AbortSignal,
): Promise<OwnContainer | undefined> {
  const container = docker.getContainer(containerNameOf(owner, name))
  try {
    const info = await container.inspect({ abortSignal })
    const { Labels } = info.Config
    return { container, info, ours: Labels?.[OWNER] === owner && Labels[MACHINE] === name }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}
