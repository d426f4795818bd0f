import { RestError } from '@azure/core-rest-pipeline'
import { describe, expect, it } from 'vitest'
import {
  InsufficientCapacity,
  NotFound,
  QuotaExceeded,
  Refused,
  Throttled,
  Transient,
  Unauthorized,
} from '../../../domain/errors.ts'
import { DeadlineExceeded } from '../../../kit/deadline.ts'
import { typedError } from './errors.ts'

function answered(statusCode: number, code: string, message = 'words', headers: Record<string, string> = {}): Error {
  const error = new RestError(message, { statusCode, code })
  return Object.assign(error, { response: { headers: { get: (name: string) => headers[name] } } })
}

function failed(code: string, message = 'words'): Error {
  return new Error(`The long-running operation has failed. ${code}. ${message}`)
}

function named(name: string, more: object = {}): Error {
  return Object.assign(new Error('words'), { name, ...more })
}

const quota = 'Operation could not be completed as it results in exceeding approved Total Regional Cores quota.'

describe('failures of Azure', () => {
  it.each([
    [answered(409, 'SkuNotAvailable'), InsufficientCapacity],
    [answered(409, 'OperationNotAllowed', quota), QuotaExceeded],
    [answered(409, 'QuotaExceeded'), QuotaExceeded],
    [answered(400, 'SubnetIsFull'), QuotaExceeded],
    [answered(429, 'OperationNotAllowed', 'too many requests'), Throttled],
    [answered(401, 'InvalidAuthenticationToken'), Unauthorized],
    [answered(403, 'AuthorizationFailed'), Unauthorized],
    [answered(403, 'RequestDisallowedByPolicy'), Refused],
    [answered(404, 'ResourceNotFound'), NotFound],
    [answered(500, 'InternalServerError'), Transient],
    [answered(503, ''), Transient],
    [answered(409, 'AnotherOperationInProgress'), Transient],
    [answered(409, 'Conflict', 'The resource is being deleted'), Transient],
    [answered(400, 'InvalidParameter'), Refused],
    [answered(409, 'OperationNotAllowed', 'deallocate is not supported with an ephemeral disk'), Refused],
    [failed('AllocationFailed'), InsufficientCapacity],
    [failed('ZonalAllocationFailed'), InsufficientCapacity],
    [failed('OverconstrainedZonalAllocationRequest'), InsufficientCapacity],
    [failed('DeploymentFailed', 'one of them: OverconstrainedAllocationRequest, see details'), InsufficientCapacity],
    [failed('OperationNotAllowed', quota), QuotaExceeded],
    [failed('OSProvisioningTimedOut'), Transient],
    [failed('VMMarketplaceInvalidInput'), Refused],
    [new Error('The long-running operation has failed'), Refused],
    [new RestError('connect ECONNREFUSED', { code: 'ECONNREFUSED' }), Transient],
    [new DeadlineExceeded('Azure', 45_000), Transient],
    [named('CredentialUnavailableError'), Unauthorized],
    [named('AuthenticationError', { statusCode: 400 }), Unauthorized],
    [named('AuthenticationError', { statusCode: 503 }), Transient],
    [new NotFound('ours'), NotFound],
    ['a text', Transient],
  ])('%s', (error, kind) => {
    expect(typedError(error, 'making machine m1', 0)).toBeInstanceOf(kind)
  })

  it('say what was tried, what Azure said, and its word for it', () => {
    expect(typedError(answered(409, 'SkuNotAvailable', 'Not  here.\n'), 'making machine m1', 0).message).toBe(
      'making machine m1: Not here. (SkuNotAvailable)',
    )
  })

  it('name the missing action and where it is missing', () => {
    const plain =
      "The client 'c' with object id 'o' does not have authorization to perform action 'Microsoft.Compute/virtualMachines/write' over scope '/subscriptions/s/resourceGroups/ci' or the scope is invalid."
    const linked =
      "The client 'c' has permission to perform action 'Microsoft.Compute/virtualMachines/write' on scope '/x'; however, it does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '/subscriptions/s/net' (respectively)."
    expect(typedError(answered(403, 'AuthorizationFailed', plain), 'x', 0).message).toMatch(
      /Give Slipway's identity the action Microsoft.Compute\/virtualMachines\/write on \/subscriptions\/s\/resourceGroups\/ci\.$/,
    )
    expect(typedError(answered(403, 'LinkedAuthorizationFailed', linked), 'x', 0).message).toMatch(
      /the action Microsoft.Network\/virtualNetworks\/subnets\/join\/action on \/subscriptions\/s\/net\.$/,
    )
  })

  it.each([
    [{ 'retry-after': '17' }, 17_000],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:02:00 GMT' }, 20_000],
    [{}, 60_000],
  ])('say when to come again: %j', (headers, retryAfterMs) => {
    expect(typedError(answered(429, 'TooManyRequests', 'words', headers), 'x', 100_000)).toMatchObject({ retryAfterMs })
  })

  it('never carry the request along, which has the machine’s key in it', () => {
    expect(typedError(answered(500, 'x'), 'x', 0).cause).toBeUndefined()
  })
})
