import {
  KnownDeleteOptions,
  KnownDiffDiskOptions,
  KnownDiffDiskPlacement,
  KnownDiskCreateOptionTypes,
  KnownNetworkApiVersion,
  KnownSecurityTypes,
  KnownStorageAccountTypes,
  KnownVirtualMachineEvictionPolicyTypes,
  KnownVirtualMachinePriorityTypes,
} from '@azure/arm-compute'

/** Values that Azure knows today where its description leaves room for more: by the name of the property. */
const known: Readonly<Record<string, readonly string[]>> = {
  deleteOption: Object.values(KnownDeleteOptions),
  createOption: Object.values(KnownDiskCreateOptionTypes),
  option: Object.values(KnownDiffDiskOptions),
  placement: Object.values(KnownDiffDiskPlacement),
  networkApiVersion: Object.values(KnownNetworkApiVersion),
  securityType: Object.values(KnownSecurityTypes),
  storageAccountType: Object.values(KnownStorageAccountTypes),
  evictionPolicy: Object.values(KnownVirtualMachineEvictionPolicyTypes),
  priority: Object.values(KnownVirtualMachinePriorityTypes),
}

/** One line for each value that the newest SDK has no name for. */
export function unknownValues(value: unknown, where = 'body'): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownValues(item, `${where}/${index}`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = `${where}/${name}`
    if (typeof inner !== 'string' || !known[name]) return unknownValues(inner, place)
    return known[name].includes(inner) ? [] : [`${place} ${inner} is none of ${known[name].join(', ')}`]
  })
}
