import { dirname } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import type { MachineOrder, Operation } from '../../../domain/ports/provider.ts'
import { NameTaken, Refused } from '../../../domain/errors.ts'
import { containerOptions, SCRIPT } from '../container.ts'
import { fleetNamed, type Context } from '../context.ts'
import { deadlines, within, type Host } from '../host.ts'
import { statusOf, wordsOf } from '../engine/errors.ts'
import { containerNameOf } from '../labels.ts'
import { findContainer } from '../own-container.ts'
import { ensureNetwork } from '../network.ts'
import { textOf } from '../operation.ts'
import type { DockerFleetConfig, DockerSizeConfig } from '../schema.ts'

/** At once where the host has the image; else the operation fetches it first. */
export async function create(context: Context, order: MachineOrder): Promise<Operation> {
  const work = { do: 'create', name: order.name, sizeName: order.offer.sizeName } as const
  return (await advance(context, order.fleet, work.name, work.sizeName)) === 'done' ? undefined : textOf(work)
}

/** One step towards the machine. Rejects when its image can't be had, or the engine refuses it. */
export async function advance(
  context: Context,
  fleetName: string,
  name: string,
  sizeName: string,
): Promise<'pending' | 'done'> {
  const fleet = fleetNamed(context, fleetName)
  const size = fleet.sizes.find((one) => one.name === sizeName)
  if (!size) throw new Refused(`the fleet ${fleet.name} has no size ${sizeName}`)
  const host = context.engineAt(fleet.engine)
  const image = await context.images.look(host, fleet.image)
  if (image === undefined) return 'pending'
  await once(context, name, () => makeMachine(context, host, fleet, size, name, image))
  return 'done'
}

/** Two at once would each put a key pair of their own in. */
async function once(context: Context, name: string, make: () => Promise<void>): Promise<void> {
  const making = context.making.get(name) ?? make().finally(() => context.making.delete(name))
  context.making.set(name, making)
  await making
}

function makeMachine(
  context: Context,
  host: Host,
  fleet: DockerFleetConfig,
  size: DockerSizeConfig,
  name: string,
  image: string,
): Promise<void> {
  const container = containerNameOf(context.owner, name)
  return within(context, deadlines.make, `making the machine ${name}`, async (abortSignal) => {
    const files = await archiveOf((await context.bootstrap({ name, fleet: fleet.name })).script)
    for (let attempt = 1; ; attempt++) {
      const found = await phaseOf(context, host, name, abortSignal)
      if (found === 'begun') return
      const network = await oneNetwork(context, host, abortSignal)
      try {
        if (found === 'absent') await createContainer(context, host, fleet, size, name, { image, network }, abortSignal)
        await host.docker.getContainer(container).putArchive(files, { path: '/', abortSignal })
        await host.docker.getContainer(container).start({ abortSignal })
        return
      } catch (error) {
        // Started by somebody meanwhile.
        if (statusOf(error) === 304) return
        if (attempt === 3 || !(await mended(host, container, error, abortSignal))) throw error
        await removeQuietly(host, container, abortSignal)
      }
    }
  })
}

/** Asked by many machines at once, the engine would make as many. */
function oneNetwork(context: Context, host: Host, abortSignal: AbortSignal): Promise<string> {
  const asked = context.networks.get(host.url)
  if (asked) return asked
  const asking = ensureNetwork(host.docker, context.owner, abortSignal).finally(() => context.networks.delete(host.url))
  context.networks.set(host.url, asking)
  return asking
}

async function createContainer(
  { owner }: Context,
  host: Host,
  fleet: DockerFleetConfig,
  size: DockerSizeConfig,
  name: string,
  from: { readonly image: string; readonly network: string },
  abortSignal: AbortSignal,
): Promise<void> {
  const { NCPU } = await host.docker.info({ abortSignal })
  const { name: containerName = '', ...body } = containerOptions({
    owner,
    fleet: fleet.name,
    machine: name,
    sizeName: size.name,
    size: { milliCpu: size.cpu, memory: size.memory, disk: size.disk },
    ...from,
    privileged: host.abilities.privileged,
    hostCpus: NCPU,
  })
  await host.docker.createContainer({ _query: { name: containerName }, _body: body, abortSignal })
}

/** `created`: made, but never started; what was put in may not be whole. */
async function phaseOf(
  context: Context,
  host: Host,
  name: string,
  abortSignal: AbortSignal,
): Promise<'absent' | 'created' | 'begun'> {
  const found = await findContainer(context, host.docker, name, abortSignal)
  if (!found) return 'absent'
  if (found.ours) return found.info.State.Status === 'created' ? 'created' : 'begun'
  throw new NameTaken(`the container ${containerNameOf(context.owner, name)} is there and is not a machine of ours`)
}

/** Whether what the engine refused goes away by trying anew, from the beginning. */
async function mended(host: Host, container: string, error: unknown, abortSignal: AbortSignal): Promise<boolean> {
  const words = wordsOf(error)
  if (/apply caps|operation not permitted|privileged|permission denied/i.test(words)) {
    const { HostConfig } = await host.docker.getContainer(container).inspect({ abortSignal })
    // Others may have learnt it from this engine meanwhile; this one was made before.
    if (HostConfig.Privileged) host.abilities.privileged = false
    return HostConfig.Privileged === true
  }
  // The last machine went, and the network with it; or another process makes this very one.
  return /network .*not found/i.test(words) || statusOf(error) === 409
}

async function removeQuietly(host: Host, container: string, abortSignal: AbortSignal): Promise<void> {
  try {
    await host.docker.getContainer(container).remove({ force: true, v: true, abortSignal })
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error
  }
}

/** The key pair is in the script: it goes in as a file, for the engine shows environment and arguments. */
async function archiveOf(script: string): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name: dirname(SCRIPT), type: 'directory', mode: 0o700 })
  archive.entry({ name: SCRIPT, mode: 0o700 }, script)
  archive.finalize()
  return buffer(archive)
}
