import { Refusal } from '../arm/answer.ts'
import type { Quotas } from '../options.ts'
import type { Estate } from './estate.ts'
import type { Vm } from './records.ts'
import type { Size } from './sizes.ts'

export interface Usage {
  readonly name: string
  readonly limit: number
  readonly used: number
}

/** What the subscription admits: cores in all and of each family, Spot apart, machines. */
export interface QuotaBook {
  usages(): readonly Usage[]
  /** Throws `Refusal` 409 when one more of the size would be too much. */
  admit(size: Size, spot: boolean): void
  set(name: string, limit: number): void
}

const unit = 'Count'
const spotCores = 'lowPriorityCores'
const defaults = { cores: 400, [spotCores]: 400, virtualMachines: 25_000 }

export function createQuotas(estate: Estate, sizes: readonly Size[], given: Quotas): QuotaBook {
  const families = Object.fromEntries(sizes.map(({ family }) => [family, 200]))
  const limits: Record<string, number> = { ...families, ...defaults, ...given }

  function usage(name: string): Usage {
    const used = estate.vms.all().reduce((sum, vm) => sum + (costs(vm.size, vm.spot)[name] ?? 0) * counts(vm), 0)
    return { name, limit: limits[name] ?? 0, used }
  }

  return {
    usages: () => Object.keys(limits).map(usage),
    set: (name, limit) => void (limits[name] = limit),
    admit(size, spot) {
      for (const [name, more] of Object.entries(costs(size, spot))) {
        const { used, limit } = usage(name)
        if (used + more > limit) throw exceeded(name, { used, limit, more })
      }
    },
  }
}

/** A stopped machine holds no cores. */
function counts(vm: Vm): number {
  return vm.power === 'deallocated' ? 0 : 1
}

function costs({ vCpus, family }: Size, spot: boolean): Readonly<Record<string, number>> {
  return spot ? { [spotCores]: vCpus } : { cores: vCpus, [family]: vCpus, virtualMachines: 1 }
}

const titles: Readonly<Record<string, string>> = { cores: 'Total Regional Cores', [spotCores]: 'LowPriorityCores' }

function exceeded(name: string, { used, limit, more }: { used: number; limit: number; more: number }): Refusal {
  const message = `Operation could not be completed as it results in exceeding approved ${titles[name] ?? name} ${name === 'virtualMachines' ? '' : 'Cores '}quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: ${limit}, Current Usage: ${used}, Additional Required: ${more}, (Minimum) New Limit Required: ${used + more}.`
  return new Refusal(409, 'OperationNotAllowed', message)
}

export function usageShape({ name, limit, used }: Usage): object {
  return { unit, currentValue: used, limit, name: { value: name, localizedValue: titles[name] ?? name } }
}
