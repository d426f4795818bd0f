import type { Fault } from './faults.ts'

const create = 'VirtualMachines_CreateOrUpdate'

/** Azure's own ways to fail, as faults to inject; `where` and `times` may be laid over them. */

/** No room for this size now, told at once: what Spot machines get. */
export function skuNotAvailable(size: string, location = 'westeurope'): Fault {
  const message = `The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: ${size}' is currently not available in location '${location}'. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.`
  return { operation: create, where: { size }, status: 409, error: { code: 'SkuNotAvailable', message } }
}

/** Accepted, then no room; the machine stays behind as failed. */
export function allocationFailed(code = 'AllocationFailed'): Fault {
  const message =
    'Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance'
  return { operation: create, fails: { code, message } }
}

export function quotaExceeded(): Fault {
  const message =
    'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 10, Current Usage: 10, Additional Required: 4, (Minimum) New Limit Required: 14.'
  return { operation: create, status: 409, error: { code: 'OperationNotAllowed', message } }
}

export function throttled(seconds: number, operation = '*'): Fault {
  return {
    operation,
    status: 429,
    headers: { 'retry-after': String(seconds) },
    error: {
      code: 'TooManyRequests',
      message: `The request is being throttled as the limit has been reached. Please try again after '${seconds}' seconds.`,
    },
  }
}

/** Compute's own throttling has another code than the front door's. */
export function computeThrottled(seconds: number, operation = create): Fault {
  return {
    operation,
    status: 429,
    headers: {
      'retry-after': String(seconds),
      'x-ms-ratelimit-remaining-resource': 'Microsoft.Compute/PutVM3Min;0',
    },
    error: {
      code: 'OperationNotAllowed',
      message: `The server rejected the request because too many requests have been received for this subscription. Retry after ${seconds} seconds.`,
    },
  }
}

export function broken(operation = '*'): Fault {
  return {
    operation,
    status: 500,
    error: { code: 'InternalServerError', message: 'Encountered internal server error. Please try again.' },
  }
}
