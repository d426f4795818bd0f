import type { Vm, Work } from '../../cloud/records.ts'
import { vmType } from '../../cloud/names.ts'
import type { Fault } from '../faults.ts'
import { Refusal } from '../answer.ts'
import type { Call, Operation } from '../operation.ts'
import { vmOf, vmsPath, type VmDependencies } from './virtual-machines.ts'

export interface PowerDependencies extends VmDependencies {
  /** Takes a Spot VM back, with the usual notice. */
  readonly evict: (vm: Vm) => void
}

/** What is done to a VM that is there: power, extensions, a rehearsal of its eviction. */
export function powerOperations(dependencies: PowerDependencies): Operation[] {
  const { estate, machines, progress, evict } = dependencies

  function verb(name: string, id: string, work: (vm: Vm, call: Call, fault?: Fault) => Work): Operation {
    return {
      id,
      method: 'POST',
      path: `${vmsPath}/:name/${name}`,
      action: `${vmType}/${name}/action`,
      handle(call) {
        const vm = vmOf(call, estate)
        demandSettled(vm)
        return progress.accepted(work(vm, call, call.fault), 202)
      },
    }
  }

  return [
    verb('start', 'VirtualMachines_Start', (vm, _call, fault) => machines.start(vm, fault)),
    verb('deallocate', 'VirtualMachines_Deallocate', (vm, call, fault) =>
      machines.stop(vm, call.query['hibernate'] === 'true', fault),
    ),
    {
      id: 'VirtualMachines_SimulateEviction',
      method: 'POST',
      path: `${vmsPath}/:name/simulateEviction`,
      action: `${vmType}/simulateEviction/action`,
      handle(call) {
        const vm = vmOf(call, estate)
        if (!vm.spot) throw new Refusal(400, 'BadRequest', `The VM '${vm.name}' is not a Spot VM.`)
        evict(vm)
        return { status: 204 }
      },
    },
    ...extensionOperations(dependencies),
  ]
}

const extensionPath = `${vmsPath}/:name/extensions/:extension`

function extensionOperations({ estate }: PowerDependencies): Operation[] {
  return [
    {
      id: 'VirtualMachineExtensions_CreateOrUpdate',
      method: 'PUT',
      path: extensionPath,
      action: `${vmType}/extensions/write`,
      handle(call) {
        const vm = vmOf(call, estate)
        const name = call.params['extension'] ?? ''
        const { properties, ...rest } = call.body as { properties?: Readonly<Record<string, unknown>> }
        const { protectedSettings: _secret, ...shown } = properties ?? {}
        const id = `${vm.id}/extensions/${name}`
        const body = { ...rest, id, name, properties: { ...shown, provisioningState: 'Succeeded' } }
        vm.extensions.set(name, { ...rest, properties })
        return { status: 200, body: { ...body, type: `${vmType}/extensions` } }
      },
    },
    {
      id: 'VirtualMachineExtensions_Get',
      method: 'GET',
      path: extensionPath,
      action: `${vmType}/extensions/read`,
      handle(call) {
        const vm = vmOf(call, estate)
        const extension = vm.extensions.get(call.params['extension'] ?? '')
        if (!extension) throw new Refusal(404, 'ResourceNotFound', 'The extension was not found.')
        return { status: 200, body: { ...extension, id: `${vm.id}/extensions/${call.params['extension']}` } }
      },
    },
  ]
}

/** A machine that is being made or deleted takes no other orders. */
function demandSettled(vm: Vm): void {
  if (vm.provisioning !== 'Deleting' && vm.provisioning !== 'Creating') return
  const message = `Operation is not allowed on VM '${vm.name}' since the VM is ${vm.provisioning === 'Deleting' ? 'marked for deletion' : 'being created'}.`
  throw new Refusal(409, 'OperationNotAllowed', message)
}
