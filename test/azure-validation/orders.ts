import type { AzureStandIn } from '../../src/demo/azure/index.ts'
import type { VmBody, VmProperties } from '../../src/demo/azure/cloud/vms/body.ts'
import { ask, type ClientAnswer } from './client.ts'

export const computeVersion = 'api-version=2026-04-01'
export const networkVersion = 'api-version=2024-05-01'

export function groupPath(standIn: AzureStandIn): string {
  return `/subscriptions/${standIn.subscriptionId}/resourceGroups/ci`
}

export function vmPath(standIn: AzureStandIn, name: string): string {
  return `${groupPath(standIn)}/providers/Microsoft.Compute/virtualMachines/${name}`
}

/** A body that Azure would take, but for what is said. */
export function anOrder({ places }: AzureStandIn, patch: VmProperties = {}, top: VmBody = {}): VmBody {
  return {
    location: places.location,
    tags: { owner: 'acme' },
    ...top,
    properties: {
      hardwareProfile: { vmSize: 'Standard_D4ds_v5' },
      storageProfile: {
        imageReference: places.marketplaceImage,
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
        networkApiVersion: '2022-11-01',
        networkInterfaceConfigurations: [
          {
            name: 'nic',
            properties: {
              primary: true,
              deleteOption: 'Delete',
              ipConfigurations: [{ name: 'ip', properties: { subnet: { id: places.subnet } } }],
            },
          },
        ],
      },
      ...patch,
    },
  }
}

export function put(
  standIn: AzureStandIn,
  name: string,
  body: VmBody,
  headers: Readonly<Record<string, string>> = {},
): Promise<ClientAnswer> {
  return ask(standIn, `${vmPath(standIn, name)}?${computeVersion}`, { method: 'PUT', body, headers })
}
