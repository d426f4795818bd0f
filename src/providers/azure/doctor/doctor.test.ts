import { describe, expect, it } from 'vitest'
import { isGranted } from './permissions.ts'
import { freeAddresses } from './subnet.ts'

const write = 'Microsoft.Compute/virtualMachines/write'

describe('permissions', () => {
  it.each([
    [[{ actions: ['*'], notActions: [] }], true],
    [[{ actions: ['Microsoft.Compute/*'], notActions: [] }], true],
    [[{ actions: ['microsoft.compute/virtualmachines/WRITE'], notActions: [] }], true],
    [[{ actions: ['Microsoft.Compute/*/read'], notActions: [] }], false],
    [[{ actions: ['*'], notActions: ['Microsoft.Compute/virtualMachines/*'] }], false],
    [
      [
        { actions: ['*'], notActions: ['Microsoft.Compute/virtualMachines/*'] },
        { actions: [write], notActions: [] },
      ],
      true,
    ],
    [[{ actions: ['Microsoft.Compute/virtualMachines/writeX'], notActions: [] }], false],
    [[], false],
  ])('%j', (grants, granted) => {
    expect(isGranted(grants, write)).toBe(granted)
  })
})

describe('addresses of a subnet', () => {
  it.each([
    [['10.0.0.0/24'], 10, 241],
    [['10.0.0.0/29'], 5, 0],
    [['10.0.0.0/28', '10.0.1.0/28'], 2, 20],
    [['10.0.0.0/24', 'fd00::/64'], 0, 251],
  ])('%j with %i used', (prefixes, used, free) => {
    expect(freeAddresses(prefixes, used)).toBe(free)
  })

  it('are not counted where there are only IPv6 ones', () => {
    expect(freeAddresses(['fd00::/64'], 3)).toBeUndefined()
  })
})
