import {
  allocationFailed,
  broken,
  quotaExceeded,
  skuNotAvailable,
  throttled,
  type AzureStandIn,
  type Fault,
} from '../../src/demo/azure/index.ts'
import { createAzureFixture, type AzureFixture } from '../azure-validation/fixture.ts'
import { describeProvider, type Cloud, type ProviderUnderTest, type Spoiled } from './provider.ts'

describeProvider('azure', () => openAzure(() => ({ osDisk: { ephemeral: false } })))
describeProvider('azure: Spot, with a public address and an identity, from a gallery', () =>
  openAzure(({ places }) => ({
    sizes: ['Standard_D4ds_v5'],
    zones: ['1'],
    spot: { enabled: true },
    publicIp: true,
    identity: places.identity,
    image: { id: places.galleryImage },
    osDisk: { ephemeral: false },
  })),
)

async function openAzure(settings: (standIn: AzureStandIn) => object): Promise<ProviderUnderTest> {
  const fixture = await createAzureFixture({ pageSize: 2 }, (standIn) =>
    ['cloud', 'other'].map((name) => ({ ...settings(standIn), name })),
  )
  const pass = (): Promise<void> => fixture.clock.advance(30_000)
  return {
    provider: fixture.provider(),
    fleet: 'cloud',
    otherFleet: 'other',
    clock: fixture.clock,
    cloud: cloudOf(fixture, pass),
    again: async () => fixture.provider(),
    pass,
    close: () => fixture[Symbol.asyncDispose](),
  }
}

const create = 'VirtualMachines_CreateOrUpdate'

const faults: Readonly<Record<Spoiled, Fault>> = {
  capacity: { ...skuNotAvailable('Standard_D4ds_v5'), where: {} },
  later: allocationFailed(),
  quota: quotaExceeded(),
  throttled: throttled(7, create),
  unauthorized: {
    operation: create,
    status: 403,
    error: { code: 'AuthorizationFailed', message: 'The client does not have authorization to perform action.' },
  },
  broken: broken(create),
  refused: {
    operation: create,
    status: 400,
    error: { code: 'InvalidParameter', message: 'Required parameter is missing (null).' },
  },
  lost: { operation: create, lose: true },
}

function cloudOf({ standIn, clock, provider }: AzureFixture, pass: () => Promise<void>): Cloud {
  return {
    machines: async () => standIn.vms().map(({ name }) => name),
    leaks: async () => standIn.leaks('acme').map(({ id }) => id),
    async foreign(name) {
      const { elastic } = provider('stranger')
      const [offer] = (await elastic?.offers('cloud')) ?? []
      if (offer) await elastic?.create({ name, fleet: 'cloud', offer })
      await pass()
    },
    vanish: async (name) => standIn.vanish(name),
    spoilCreate(how) {
      standIn.inject(faults[how])
      return true
    },
    forget: () => void standIn.inject({ operation: 'VirtualMachines_Delete', forgets: true }),
    hang() {
      standIn.inject({ operation: create, silent: true })
      return {
        reached: () => standIn.until(() => standIn.exchanges().some(({ status }) => status === 0)),
        expire: () => clock.advance(60_000),
      }
    },
  }
}
