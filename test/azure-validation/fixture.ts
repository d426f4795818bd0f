import type { TokenCredential } from '@azure/identity'
import { createAzureStandIn, type AzureStandIn, type AzureStandInOptions } from '../../src/demo/azure/index.ts'
import type { MachineProvider } from '../../src/domain/ports/provider.ts'
import { createAzureProvider } from '../../src/providers/azure/index.ts'
import { azureFleetSchema } from '../../src/providers/azure/schema.ts'
import { createFakeClock, type FakeClock } from '../fakes/clock.ts'
import { createFolder } from '../fakes/folder.ts'
import { silentLogger } from '../fakes/ports.ts'
import { selfSigned } from '../fakes/tls.ts'
import { createAzureValidation, type AzureValidation } from './index.ts'

export interface AzureFixture extends AsyncDisposable {
  readonly standIn: AzureStandIn
  readonly clock: FakeClock
  readonly validation: AzureValidation
  /** The provider as a new process would make it, of the owner `acme` unless told. */
  readonly provider: (owner?: string) => MachineProvider
  [Symbol.asyncDispose](): Promise<void>
}

/** Settings of a fleet that fits the stand-in. */
export function fleetSettings(standIn: AzureStandIn, patch: object = {}): object {
  const { places, subscriptionId, url } = standIn
  return {
    name: 'cloud',
    provider: 'azure',
    subscriptionId,
    resourceGroup: places.resourceGroup,
    location: places.location,
    subnetId: places.subnet,
    networkSecurityGroupId: places.networkSecurityGroup,
    sizes: ['Standard_D4ds_v5', 'Standard_D4s_v5'],
    image: places.marketplaceImage,
    // Making one takes long, and nobody logs in.
    sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1aWx0IGZvciB0ZXN0cyBvbmx5ISEhISEhISEhISE',
    endpoint: url,
    authorityHost: url,
    pricesEndpoint: url,
    ...patch,
  }
}

/** A stand-in with a clock that stands still, all that is said held against what Azure publishes, and a provider. */
export async function createAzureFixture(
  options: AzureStandInOptions = {},
  fleets: (standIn: AzureStandIn) => readonly object[] = () => [{}],
): Promise<AzureFixture> {
  const clock = createFakeClock()
  const validation = createAzureValidation()
  const standIn = await createAzureStandIn({ clock, observe: validation.observe, ...options })
  const folder = createFolder()
  const caFile = folder.write('ca.pem', standIn.ca)
  const cache = new Map<string, string>()

  function provider(owner = 'acme'): MachineProvider {
    return createAzureProvider({
      fleets: fleets(standIn).map((patch) => azureFleetSchema.parse(fleetSettings(standIn, patch))),
      owner,
      clock,
      logger: silentLogger,
      bootstrap: async ({ name }) => ({
        cloudInit: `#cloud-config\nhostname: ${name}\n`,
        script: `hostname ${name}`,
        powershell: `Rename-Computer ${name}`,
      }),
      identity: async () => ({ ca: selfSigned.cert, ...selfSigned }),
      cache: { get: async (key) => cache.get(key), set: async (key, value) => void cache.set(key, value) },
      credential: credentialOf(standIn),
      caFile,
    })
  }

  return {
    standIn,
    clock,
    validation,
    provider,
    async [Symbol.asyncDispose]() {
      await standIn.close()
      folder[Symbol.dispose]()
      if (validation.violations.length > 0) throw new Error(validation.violations.join('\n'))
    },
  }
}

function credentialOf(standIn: AzureStandIn): TokenCredential {
  return { getToken: async () => ({ token: standIn.token(), expiresOnTimestamp: Date.UTC(2099) }) }
}
