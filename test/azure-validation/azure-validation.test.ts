import { describe, expect, it } from 'vitest'
import { createAzureValidation } from './index.ts'

/** A request as the stand-in reports it, its body given. */
function exchangeOf(requestBody: object) {
  const operation = 'VirtualMachines_CreateOrUpdate'
  return {
    operation,
    method: 'PUT',
    url: '/vm',
    query: {},
    requestBody,
    status: 400,
    responseBody: {},
    actions: [],
    injected: false,
  }
}

describe('bodies held against what Azure publishes', () => {
  it.for([
    [{ location: 'here', properties: { hardwareProfile: { vmSize: 'Standard_D2s_v5' } } }, []],
    [{ properties: {} }, ["must have required property 'location'"]],
    [{ location: 'here', properties: { priority: 'Spott' } }, ['priority Spott is none of Regular, Low, Spot']],
    [{ location: 'here', hardwareProfile: {} }, ['must NOT have additional properties']],
    [{ location: 'here', properties: { vmId: 'x' } }, ['must NOT have additional properties']],
    [{ location: 'here', zones: '1' }, ['/zones must be array']],
    [
      { location: 'here', properties: { storageProfile: { osDisk: {} } } },
      ["must have required property 'createOption'"],
    ],
  ] as const)('%j', ([body, expected]) => {
    const validation = createAzureValidation()
    validation.observe(exchangeOf(body))
    expect(validation.violations).toHaveLength(expected.length)
    for (const [index, words] of expected.entries()) expect(validation.violations[index]).toContain(words)
  })
})
