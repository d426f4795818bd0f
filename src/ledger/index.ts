import type { Ledger } from '../domain/ports/ledger.ts'
import { chargeSpan } from './attribution/charge-span.ts'

/** The split of what machines cost: docs/cost.md tells how. */
export function createLedger(): Ledger {
  return { charge: chargeSpan }
}
