import type { Estate } from '../../cloud/estate.ts'
import type { Machines } from '../../cloud/vms/verbs.ts'
import { addressType, diskType, nicType, vmType, type Names } from '../../cloud/names.ts'
import type { Places } from '../../cloud/places.ts'
import type { Vm } from '../../cloud/records.ts'
import type { Size } from '../../cloud/sizes.ts'
import type { NicConfiguration, VmBody } from '../../cloud/vms/body.ts'
import { readOrder } from '../../cloud/vms/order.ts'
import { instanceViewShape, vmShape, vmStatusShape } from '../../shapes/vm.ts'
import { notFound, Refusal, type Answer } from '../answer.ts'
import type { Call, Need, Operation } from '../operation.ts'
import { page } from '../paging.ts'
import type { Progress } from './progress.ts'

export interface VmDependencies {
  readonly names: Names
  readonly places: Places
  readonly sizes: readonly Size[]
  readonly estate: Estate
  readonly machines: Machines
  readonly progress: Progress
  readonly pageSize: number
}

export const vmsPath = '/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.Compute/virtualMachines'
const vmPath = `${vmsPath}/:name`

export function vmOperations(dependencies: VmDependencies): Operation[] {
  const { estate, machines, names, progress, pageSize } = dependencies

  function shape(vm: Vm, withStatus = false): object {
    return vmShape(vm, estate.parts.get(vm.disk), withStatus)
  }

  return [
    {
      id: 'VirtualMachines_CreateOrUpdate',
      method: 'PUT',
      path: vmPath,
      action: `${vmType}/write`,
      needs: ({ body, params }) => linkedRights(bodyOf(body), names.group(params['group'] ?? '')),
      handle: (call) => createOrUpdate(call, dependencies, shape),
    },
    {
      id: 'VirtualMachines_Get',
      method: 'GET',
      path: vmPath,
      action: `${vmType}/read`,
      handle: (call) => ({ status: 200, body: shape(vmOf(call, estate), wantsStatus(call)) }),
    },
    {
      id: 'VirtualMachines_InstanceView',
      method: 'GET',
      path: `${vmPath}/instanceView`,
      action: `${vmType}/instanceView/read`,
      handle: (call) => ({ status: 200, body: instanceViewShape(vmOf(call, estate)) }),
    },
    {
      id: 'VirtualMachines_Delete',
      method: 'DELETE',
      path: vmPath,
      action: `${vmType}/delete`,
      handle(call) {
        const vm = lookFor(call, estate)
        return vm ? progress.accepted(machines.remove(vm, call.fault), 202) : { status: 204 }
      },
    },
    {
      id: 'VirtualMachines_List',
      method: 'GET',
      path: vmsPath,
      action: `${vmType}/read`,
      handle(call) {
        const group = call.params['group']?.toLowerCase()
        const own = estate.vms.all().filter(({ resourceGroup }) => resourceGroup.toLowerCase() === group)
        return page(
          own.map((vm) => shape(vm, wantsStatus(call))),
          call,
          pageSize,
        )
      },
    },
    {
      id: 'VirtualMachines_ListAll',
      method: 'GET',
      path: '/subscriptions/:subscription/providers/Microsoft.Compute/virtualMachines',
      action: `${vmType}/read`,
      handle(call) {
        const statusOnly = call.query['statusOnly'] === 'true'
        const shown = estate.vms.all().map((vm) => (statusOnly ? vmStatusShape(vm) : shape(vm, wantsStatus(call))))
        return page(shown, call, pageSize)
      },
    },
  ]
}

function createOrUpdate(call: Call, dependencies: VmDependencies, shape: (vm: Vm) => object): Answer {
  const { estate, machines, places, sizes, progress } = dependencies
  const { group = '', name = '' } = call.params
  const existing = lookFor(call, estate)
  if (existing && call.headers['if-none-match'] === '*') {
    throw new Refusal(412, 'PreconditionFailed', `The resource '${existing.id}' already exists.`)
  }
  if (existing?.provisioning === 'Deleting') {
    throw new Refusal(409, 'OperationNotAllowed', `The VM '${name}' is marked for deletion.`)
  }
  if (group.toLowerCase() !== places.resourceGroup.toLowerCase()) {
    throw new Refusal(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`)
  }
  const order = readOrder(bodyOf(call.body), { places, sizes })
  if (existing) return update(existing, bodyOf(call.body), shape)
  const { vm, work } = machines.create(places.resourceGroup, name, order, call.fault)
  return progress.accepted(work, 201, shape(vm))
}

/** Only tags can change by writing the whole machine again. */
function update(vm: Vm, body: VmBody, shape: (vm: Vm) => object): Answer {
  const fixed = (of: VmBody): string =>
    JSON.stringify([of.properties?.hardwareProfile, of.properties?.priority, of.zones])
  if (fixed(vm.body) !== fixed(body)) {
    throw new Refusal(409, 'PropertyChangeNotAllowed', 'Changing a property of an existing VM is not allowed.')
  }
  vm.tags = body.tags ?? {}
  return { status: 200, body: shape(vm) }
}

/** Azure asks for a right on everything that the body names, and on the parts that are made with it. */
function linkedRights({ identity, properties = {} }: VmBody, group: string): Need[] {
  const { imageReference, osDisk } = properties.storageProfile ?? {}
  const image = imageReference?.id
  const nics = properties.networkProfile?.networkInterfaceConfigurations ?? []
  const identities = Object.keys(identity?.userAssignedIdentities ?? {})
  return [
    ...nics.flatMap((nic) => nicRights(nic, group)),
    ...(osDisk?.diffDiskSettings ? [] : need(`${diskType}/write`, group)),
    ...identities.flatMap((id) => need('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', id)),
    ...need(imageAction(image), image),
  ]
}

function nicRights({ properties }: NicConfiguration, group: string): Need[] {
  return [
    ...need(`${nicType}/write`, group),
    ...need(`${nicType}/join/action`, group),
    ...need('Microsoft.Network/networkSecurityGroups/join/action', properties?.networkSecurityGroup?.id),
    ...(properties?.ipConfigurations ?? []).flatMap(({ properties: address }) => [
      ...need('Microsoft.Network/virtualNetworks/subnets/join/action', address?.subnet?.id),
      ...need(`${addressType}/write`, address?.publicIPAddressConfiguration && group),
      ...need(`${addressType}/join/action`, address?.publicIPAddressConfiguration && group),
    ]),
  ]
}

function imageAction(id: string | undefined): string {
  if (id?.includes('/versions/')) return 'Microsoft.Compute/galleries/images/versions/read'
  return id?.includes('/galleries/') ? 'Microsoft.Compute/galleries/images/read' : 'Microsoft.Compute/images/read'
}

function need(action: string, scope: string | undefined): Need[] {
  return scope === undefined ? [] : [{ action, scope }]
}

export function lookFor(call: Call, { vms }: Estate): Vm | undefined {
  const { group = '', name = '' } = call.params
  return vms
    .all()
    .find(
      (vm) => vm.resourceGroup.toLowerCase() === group.toLowerCase() && vm.name.toLowerCase() === name.toLowerCase(),
    )
}

/** Throws `Refusal` 404. */
export function vmOf(call: Call, estate: Estate): Vm {
  const { group = '', name = '' } = call.params
  const vm = lookFor(call, estate)
  if (!vm) throw notFound(vmType, name, group)
  return vm
}

function wantsStatus(call: Call): boolean {
  return call.query['$expand']?.toLowerCase() === 'instanceview'
}

function bodyOf(body: unknown): VmBody {
  if (typeof body === 'object' && body !== null) return body
  throw new Refusal(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.')
}
