import type { DoctorFinding } from '../../../../domain/ports/doctor.ts'
import type { EngineInfo } from '../../connection/api.ts'
import { API_VERSION } from '../../connection/client.ts'
import type { Engine } from '../../context.ts'
import { sharedNetworkName } from '../../host/networks.ts'

/** What a person should know of the engine, and mend. */
export function examine(engine: Engine): Promise<readonly DoctorFinding[]> {
  return engine.call('examining the engine', engine.deadlines.examine, async (signal) => {
    const info = await engine.docker.info({ abortSignal: signal })
    return findings(`engine ${engine.where}`, info, engine, await isolatesNeighbours(engine, signal))
  })
}

/** Whether containers of the shared network can't reach one another; undefined before the network is made. */
export async function isolatesNeighbours(engine: Engine, signal: AbortSignal): Promise<boolean | undefined> {
  const filters = { name: [sharedNetworkName(engine.owner)] }
  const networks = await engine.docker.listNetworks({ filters, abortSignal: signal })
  const ours = networks.find(({ Name }) => Name === sharedNetworkName(engine.owner))
  return ours && ours.Options?.['com.docker.network.bridge.enable_icc'] === 'false'
}

export function findings(
  about: string,
  info: Partial<EngineInfo>,
  { abilities }: Pick<Engine, 'abilities'>,
  neighboursApart: boolean | undefined,
): DoctorFinding[] {
  const found: DoctorFinding[] = []
  const add = (level: DoctorFinding['level'], finding: string, mend?: string) =>
    found.push({ about, level, finding, mend })
  add(
    'ok',
    `version ${info.ServerVersion ?? '?'}, API ${API_VERSION}, ${info.Driver ?? '?'}, cgroup v${info.CgroupVersion ?? '?'}`,
  )
  if (info.MemoryLimit === false)
    add('error', 'memory limits do not work: one agent can take all', 'enable the memory controller of the kernel')
  if (info.PidsLimit === false) add('error', 'process limits do not work', 'enable the pids controller of the kernel')
  if (info.SwapLimit === false)
    add('warning', 'swap is not limited', 'boot with swapaccount=1, or run the host without swap')
  if (!info.SecurityOptions?.some((option) => option.includes('seccomp')))
    add('warning', 'seccomp is off: agents may make any system call', 'use a kernel and an engine with seccomp')
  if (neighboursApart === false)
    add('error', 'agents can reach one another', 'use an engine that honours enable_icc=false (Docker does)')
  if (!abilities.init) add('warning', 'the engine has no init for containers', 'install docker-init (tini)')
  if (!abilities.storageSize)
    add(
      'warning',
      'the engine can’t limit the size of a container’s files: disk is a promise, not a limit',
      'put the engine’s data on xfs with pquota if one job must not fill the disk of others',
    )
  return found
}
