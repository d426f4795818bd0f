import type { Vm } from '../cloud/records.ts'
import { vmType } from '../cloud/names.ts'
import type { OsProfile, VmBody } from '../cloud/vms/body.ts'
import type { Part } from '../cloud/records.ts'

/** A VM as it is read. What was secret in its making is not shown. */
export function vmShape(vm: Vm, disk: Part | undefined, withStatus: boolean): object {
  const { properties = {}, ...top } = vm.body
  const { storageProfile = {}, osProfile, networkProfile: _asked, ...rest } = properties
  return {
    ...top,
    id: vm.id,
    name: vm.name,
    type: vmType,
    location: vm.location,
    tags: vm.tags,
    ...identityShape(vm.body),
    etag: `"${vm.vmId}"`,
    properties: {
      ...rest,
      vmId: vm.vmId,
      provisioningState: vm.provisioning,
      timeCreated: new Date(vm.createdAt).toISOString(),
      storageProfile: {
        ...storageProfile,
        osDisk: {
          osType: osProfile?.windowsConfiguration ? 'Windows' : 'Linux',
          ...storageProfile.osDisk,
          ...(disk && { name: disk.name, managedDisk: { ...storageProfile.osDisk?.managedDisk, id: disk.id } }),
        },
        dataDisks: [],
      },
      osProfile: osProfile && publicProfile(osProfile),
      networkProfile: {
        networkInterfaces: vm.nics.map((id, index) => ({ id, properties: { primary: index === 0 } })),
      },
      ...(withStatus && { instanceView: instanceViewShape(vm) }),
    },
  }
}

/** What a list with `statusOnly` gives of a VM: who it is and how it is, nothing else. */
export function vmStatusShape(vm: Vm): object {
  return {
    id: vm.id,
    name: vm.name,
    type: vmType,
    location: vm.location,
    properties: { vmId: vm.vmId, provisioningState: vm.provisioning, instanceView: instanceViewShape(vm) },
  }
}

export function instanceViewShape(vm: Vm): object {
  const { failure, provisioning, power } = vm
  const failed = failure && provisioning === 'Failed'
  const statuses = [
    {
      code: `ProvisioningState/${provisioning.toLowerCase()}${failed ? `/${failure.code}` : ''}`,
      level: failed ? 'Error' : 'Info',
      displayStatus: failed ? 'Provisioning failed' : `Provisioning ${provisioning.toLowerCase()}`,
      ...(failed && { message: failure.message }),
    },
    ...(vm.hibernated ? [status('HibernationState/Hibernated', 'VM hibernated')] : []),
    ...(power ? [status(`PowerState/${power}`, `VM ${power}`)] : []),
  ]
  return { computerName: vm.body.properties?.osProfile?.computerName, hyperVGeneration: 'V2', statuses }
}

function status(code: string, displayStatus: string): object {
  return { code, level: 'Info', displayStatus }
}

function publicProfile({ adminPassword: _password, customData: _data, ...shown }: OsProfile): object {
  return { ...shown, secrets: [], allowExtensionOperations: true }
}

function identityShape({ identity }: VmBody): object {
  if (!identity) return {}
  const shown = Object.keys(identity.userAssignedIdentities ?? {}).map((id) => [id, { principalId: id, clientId: id }])
  return { identity: { ...identity, userAssignedIdentities: Object.fromEntries(shown) } }
}
