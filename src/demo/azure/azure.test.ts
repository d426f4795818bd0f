import { ComputeManagementClient, type VirtualMachine } from '@azure/arm-compute'
import { ClientSecretCredential } from '@azure/identity'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAzureValidation, type AzureValidation } from '../../../test/azure-validation/index.ts'
import { createFakeClock, type FakeClock } from '../../../test/fakes/clock.ts'
import { createAzureStandIn, type AzureStandIn } from './index.ts'

/** The stand-in as Azure's own client sees it. */
describe('the stand-in of Azure, through the SDK', () => {
  let clock: FakeClock
  let standIn: AzureStandIn
  let client: ComputeManagementClient
  let validation: AzureValidation

  beforeEach(async () => {
    clock = createFakeClock()
    validation = createAzureValidation()
    standIn = await createAzureStandIn({ clock, pageSize: 2, observe: (exchange) => validation.observe(exchange) })
    const tlsOptions = { ca: standIn.ca }
    const { tenantId, clientId, clientSecret } = standIn.application
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
      authorityHost: standIn.url,
      disableInstanceDiscovery: true,
      tlsOptions,
    })
    client = new ComputeManagementClient(credential, standIn.subscriptionId, { endpoint: standIn.url, tlsOptions })
  })
  afterEach(async () => {
    await standIn.close()
    if (validation.violations.length > 0) throw new Error(validation.violations.join('\n'))
  })

  function order(patch: Partial<VirtualMachine> = {}): VirtualMachine {
    return {
      location: standIn.places.location,
      tags: { owner: 'acme' },
      hardwareProfile: { vmSize: 'Standard_D4ds_v5' },
      storageProfile: {
        imageReference: standIn.places.marketplaceImage,
        osDisk: { createOption: 'FromImage', deleteOption: 'Delete', diskSizeGB: 64 },
      },
      osProfile: {
        computerName: 'm1',
        adminUsername: 'slipway',
        customData: Buffer.from('#cloud-config').toString('base64'),
        linuxConfiguration: {
          disablePasswordAuthentication: true,
          ssh: { publicKeys: [{ path: '/home/slipway/.ssh/authorized_keys', keyData: 'ssh-rsa AAAA' }] },
        },
      },
      networkProfile: {
        networkApiVersion: '2020-11-01',
        networkInterfaceConfigurations: [
          {
            name: 'nic',
            primary: true,
            deleteOption: 'Delete',
            ipConfigurations: [{ name: 'ip', subnet: { id: standIn.places.subnet } }],
          },
        ],
      },
      ...patch,
    }
  }

  async function make(name: string, patch: Partial<VirtualMachine> = {}): Promise<void> {
    await client.virtualMachines.createOrUpdate('ci', name, order(patch), { ifNoneMatch: '*' }).submitted()
  }

  it('makes a machine with its parts, once, and deletes all of it', async () => {
    await make('m1')
    expect(standIn.vms()).toMatchObject([{ name: 'm1', provisioning: 'Creating' }])
    await clock.advance(20_000)
    const vm = await client.virtualMachines.get('ci', 'm1', { expand: 'instanceView' })
    expect(vm).toMatchObject({ name: 'm1', provisioningState: 'Succeeded', tags: { owner: 'acme' } })
    expect(vm.instanceView?.statuses?.map(({ code }) => code)).toEqual([
      'ProvisioningState/succeeded',
      'PowerState/running',
    ])
    expect(vm.osProfile?.customData).toBeUndefined()
    await expect(make('m1')).rejects.toMatchObject({ statusCode: 412, code: 'PreconditionFailed' })
    expect(standIn.parts()).toHaveLength(2)

    const gone = client.virtualMachines.delete('ci', 'm1', { updateIntervalInMs: 1 })
    await gone.submitted()
    await clock.advance(10_000)
    await gone.pollUntilDone()
    expect([standIn.vms(), standIn.parts()]).toEqual([[], []])
  })
})
