import { NotFound, SlipwayError, Transient } from '../../domain/errors.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { ElasticProvider, MachineProvider } from '../../domain/ports/provider.ts'
import { withDeadline } from '../../kit/deadline.ts'
import { newId } from '../../kit/ids.ts'
import { createAuthority, machineBootstrap } from '../../providers/bootstrap/index.ts'
import { createDockerProvider } from '../../providers/docker/index.ts'
import { dockerFleetSchema } from '../../providers/docker/schema.ts'
import { createDockerRuntime } from '../../runtimes/docker/index.ts'
import { silentLogger } from '../silent-logger.ts'

const FLEET = 'trial'
const BOOT_MS = 20_000
/** With fetching the image, on a slow line. */
const ALL_MS = 300_000
const LOOK_EVERY_MS = 100

interface Place {
  readonly engineUrl: string
  readonly owner: string
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Makes one machine as a container, talks to its engine, and removes it again. Why that does not work, in words;
 * undefined if it does. Neither the kernel nor the engine can be asked beforehand.
 */
export async function tryMachine(place: Place): Promise<string | undefined> {
  if (!place.engineUrl.startsWith('unix://')) return 'its engine is not reached by a socket'
  const { clock, owner } = place
  const provider = await trialProvider(place)
  const { elastic } = provider
  if (!elastic) return 'it makes no machines'
  const name = `trial-${newId(5)}`
  try {
    await withDeadline(clock, ALL_MS, 'making a machine', () => make(elastic, name, place))
    await withDeadline(clock, BOOT_MS, 'the engine in a container', () => answers(provider, name, owner, place))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await elastic.delete(FLEET, name)
  }
}

async function trialProvider({ engineUrl, owner, clock }: Place): Promise<MachineProvider> {
  const save = async () => undefined
  const authority = await createAuthority({ sealed: undefined, key: newId(40), clock, save })
  const size = { name: 'trial', cpu: '500m', memory: '512Mi', disk: '1Gi' }
  const fleet = dockerFleetSchema.parse({ name: FLEET, provider: 'docker', engine: engineUrl, sizes: [size] })
  return createDockerProvider({
    owner,
    clock,
    logger: silentLogger,
    fleets: () => [fleet],
    registries: () => [],
    identity: () => authority.client(),
    async bootstrap({ name }) {
      const identity = await authority.issue(name, fleet.maxAge)
      const bare = { os: 'linux', images: [], allowPrivate: [], hooks: {}, spotWatcher: false } as const
      return machineBootstrap({ ...bare, name, owner, identity })
    },
  })
}

async function make(elastic: ElasticProvider, name: string, place: Place): Promise<void> {
  const [offer] = await elastic.offers(FLEET)
  if (!offer) throw new NotFound('no size')
  const operation = await elastic.create({ name, fleet: FLEET, offer })
  if (operation === undefined) return
  while ((await elastic.poll(FLEET, operation)) === 'pending') await turn(place)
}

async function answers(provider: MachineProvider, name: string, owner: string, place: Place): Promise<void> {
  for (;;) {
    const { machines } = await provider.list(FLEET)
    const machine = machines.find((one) => one.name === name)
    if (!machine || machine.state === 'failed') throw new SlipwayError(machine?.detail ?? 'the container is gone')
    if (machine.endpoint && (await isReady(machine.endpoint, owner, place))) return
    await turn(place)
  }
}

async function isReady(
  endpoint: Parameters<typeof createDockerRuntime>[0]['endpoint'],
  owner: string,
  { clock }: Place,
): Promise<boolean> {
  const runtime = createDockerRuntime({ owner, endpoint, clock, logger: silentLogger, registries: [], noProxy: [] })
  try {
    return await runtime.bootstrapped()
  } catch (error) {
    if (error instanceof Transient) return false
    throw error
  } finally {
    runtime.close()
  }
}

async function turn({ clock, signal }: Place): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve) => void clock.timer(LOOK_EVERY_MS, resolve))
}
