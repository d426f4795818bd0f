import {
  InsufficientCapacity,
  NotFound,
  QuotaExceeded,
  Refused,
  SlipwayError,
  Throttled,
  Transient,
  Unauthorized,
} from '../../../domain/errors.ts'
import { faultOf, type Fault } from './fault.ts'

const CAPACITY = new Set([
  'AllocationFailed',
  'AllocationTimedOut',
  'ZonalAllocationFailed',
  'OverconstrainedAllocationRequest',
  'OverconstrainedZonalAllocationRequest',
  'SkuNotAvailable',
  'NotAvailableForSubscription',
  'CapacityNotAvailable',
])
const QUOTA = new Set(['QuotaExceeded', 'ResourceQuotaExceeded', 'SubnetIsFull', 'NetworkInterfaceCountExceeded'])
const PASSING = new Set([
  'AnotherOperationInProgress',
  'InternalExecutionError',
  'InternalOperationError',
  'InternalServerError',
  'NetworkingInternalOperationError',
  'OperationPreempted',
  'OSProvisioningClientError',
  'OSProvisioningTimedOut',
  'ProvisioningTimedOut',
  'ResourceIsBeingDeleted',
  'RetryableError',
  'ServerTimeout',
  'VMStartTimedOut',
])
const POLICY = new Set(['RequestDisallowedByPolicy', 'RequestDisallowedByAzure', 'ReadOnlyDisabledSubscription'])
const THROTTLED_MS = 60_000

interface Rule {
  /** The first rule that applies decides. */
  applies(fault: Fault): boolean
  make(words: string, fault: Fault): SlipwayError
}

const rules: readonly Rule[] = [
  // `OperationNotAllowed` is throttling at 429 and quota at 409: the status goes first.
  {
    applies: ({ status, code }) => status === 429 || code === 'TooManyRequests',
    make: (words, { retryAfterMs }) => new Throttled(words, retryAfterMs ?? THROTTLED_MS),
  },
  { applies: ({ code }) => POLICY.has(code), make: (words) => new Refused(words) },
  {
    applies: ({ status, code }) => status === 401 || status === 403 || code === 'Unauthorized',
    make: (words, fault) => new Unauthorized(`${words}${missingAction(fault)}`),
  },
  {
    applies: ({ code, message }) => CAPACITY.has(code) || names(CAPACITY, message),
    make: (w) => new InsufficientCapacity(w),
  },
  { applies: isQuota, make: (words) => new QuotaExceeded(`${words} Ask Azure for more of it, or use other sizes.`) },
  { applies: ({ status }) => status === 404, make: (words) => new NotFound(words) },
  { applies: isPassing, make: (words) => new Transient(words) },
]

/** What the caller does next, told from what Azure or the way to it answered. `what` begins the message. */
export function typedError(error: unknown, what: string, now: number): SlipwayError {
  if (error instanceof SlipwayError) return error
  const fault = faultOf(error, now)
  const words = `${what}: ${fault.message}${fault.code && !fault.message.includes(fault.code) ? ` (${fault.code})` : ''}`
  const rule = rules.find((candidate) => candidate.applies(fault))
  return rule ? rule.make(words, fault) : new Refused(words)
}

function isQuota({ status, code, message }: Fault): boolean {
  if (QUOTA.has(code)) return true
  return code === 'OperationNotAllowed' && status !== 404 && /quota|exceeding approved/i.test(message)
}

function isPassing({ status, code, message }: Fault): boolean {
  if (status === undefined || status >= 500 || status === 408) return true
  if (PASSING.has(code) || names(PASSING, message)) return true
  return status === 409 && /in progress|being (deleted|updated|created)|try again|retry/i.test(message)
}

/** Azure now and then wraps the code that matters into the message of another. */
function names(codes: ReadonlySet<string>, message: string): boolean {
  return message.split(/[^A-Za-z]+/).some((word) => codes.has(word))
}

function missingAction({ message, code }: Fault): string {
  const action = /perform action(?:\(s\))? '([^']+)'/.exec(message.replace(/^.*however/s, ''))?.[1]
  const scope = /(?:over|on the linked) scope(?:\(s\))? '([^']+)'/.exec(message.replace(/^.*however/s, ''))?.[1]
  if (action) return ` Give Slipway's identity the action ${action}${scope ? ` on ${scope}` : ''}.`
  if (code === 'CredentialUnavailable') {
    return ' Give Slipway a managed or workload identity, sign in with `az login`, or set AZURE_CLIENT_ID and its kin.'
  }
  return ' Give Slipway’s identity the role that docs/azure.md lists.'
}
