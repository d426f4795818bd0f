import type Docker from 'dockerode'
import { createDockerProvider } from '../../../src/providers/docker/index.ts'
import { dockerFleetSchema } from '../../../src/providers/docker/schema.ts'
import type { MachineProvider } from '../../../src/domain/ports/provider.ts'
import { newId } from '../../../src/kit/ids.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { describeProvider, type Cloud, type ProviderUnderTest, type Spoiled } from '../../contracts/provider.ts'
import { dockerOf, importBusybox, localEngine, quiet } from '../runtime/machine.ts'
import { openEngineDoor, type DoorFault, type EngineDoor } from './engine-door.ts'

describeProvider('docker', openDocker)

/** Stands for an engine that ends when it is told to. */
const script = 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done'

async function openDocker(): Promise<ProviderUnderTest> {
  const engine = await localEngine()
  if (engine.kind !== 'unix') throw new Error('the test needs an engine on a socket')
  const docker = dockerOf(engine)
  const door = await openEngineDoor(engine.path)
  const owner = `test-${newId(6)}`
  const image = await importBusybox(docker, `localhost/slipway-test/machine:${owner}`)
  const clock = createFakeClock()
  const size = { name: 'small', cpu: 1, memory: '64Mi', disk: '1Gi', price: '0.1 USD/hour' }
  const fleets = ['containers', 'other'].map((name) =>
    dockerFleetSchema.parse({ name, provider: 'docker', engine: door.url, image, sizes: [size] }),
  )
  const open = (): MachineProvider =>
    createDockerProvider({
      owner,
      clock,
      logger: quiet,
      fleets: () => fleets,
      registries: () => [],
      bootstrap: async () => ({ script }),
      identity: async () => ({ ca: 'ca', cert: 'cert', key: 'key' }),
    })
  const cloud = cloudOf(docker, door, owner, image, () => clock.advance(300_000))
  return {
    provider: open(),
    fleet: 'containers',
    otherFleet: 'other',
    clock,
    cloud,
    again: async () => open(),
    pass: () => new Promise((resolve) => void systemClock.timer(100, resolve)),
    async close() {
      await door.close()
      for (const { Id } of await containersOf(docker, owner)) {
        await docker.getContainer(Id).remove({ force: true, v: true })
      }
      for (const { Id } of await networksOf(docker, owner)) await docker.getNetwork(Id).remove()
      await docker.getImage(image).remove({ force: true })
    },
  }
}

const faults: Readonly<Record<Spoiled, DoorFault | undefined>> = {
  capacity: { status: 500, message: 'mkdir /var/lib/docker/overlay2/x: no space left on device' },
  later: undefined,
  quota: undefined,
  throttled: undefined,
  unauthorized: undefined,
  broken: { status: 500, message: 'something went wrong' },
  refused: { status: 400, message: 'invalid reference format' },
  lost: 'lost',
}

function cloudOf(docker: Docker, door: EngineDoor, owner: string, image: string, expire: () => Promise<void>): Cloud {
  const volumes = new Set<string>()

  async function machines(): Promise<string[]> {
    const found = await containersOf(docker, owner)
    for (const { Mounts } of found) for (const { Name } of Mounts) if (Name) volumes.add(Name)
    return found.map(({ Labels }) => Labels['slipway.machine'] ?? '')
  }

  return {
    machines,
    async leaks() {
      // While a machine is there, its network and volume are no leak.
      if ((await machines()).length > 0) return []
      const { Volumes } = await docker.listVolumes()
      const left = (Volumes ?? []).map(({ Name }) => Name).filter((name) => volumes.has(name))
      return [...left, ...(await networksOf(docker, owner)).map(({ Name }) => Name)]
    },
    /** Under the very name that ours would have. */
    async foreign(name) {
      const container = await docker.createContainer({
        name: `slipway-${owner}-${name}`,
        Image: image,
        Entrypoint: ['/bin/sleep', '600'],
        Labels: { 'slipway.owner': `${owner}-b`, 'slipway.fleet': 'containers', 'slipway.machine': name },
        HostConfig: { NetworkMode: 'none' },
      })
      await container.start()
    },
    vanish: (name) => docker.getContainer(`slipway-${owner}-${name}`).remove({ force: true, v: true }),
    spoilCreate(how) {
      const fault = faults[how]
      if (fault) door.spoil(fault)
      return fault !== undefined
    },
    hang() {
      door.spoil('hang')
      return { reached: () => door.hanging(), expire }
    },
  }
}

async function containersOf(docker: Docker, owner: string): Promise<Docker.ContainerInfo[]> {
  const all = await docker.listContainers({ all: true, filters: { label: ['slipway.machine'] } })
  return all.filter(({ Labels }) => Labels['slipway.owner']?.startsWith(owner))
}

function networksOf(docker: Docker, owner: string): Promise<Docker.NetworkInspectInfo[]> {
  return docker.listNetworks({ filters: { label: [`slipway.owner=${owner}`] } })
}
