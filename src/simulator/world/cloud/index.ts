import type { ProviderMachine } from '../../../domain/ports/provider.ts'
import { createAsked, type Asked } from './asked.ts'
import { createBefalling, type Befalling } from './befalling.ts'
import type { Bill, CloudTrouble, Vm } from './vm.ts'
import { createYard, type CloudOptions, type Yard } from './yard.ts'

/** A cloud that makes machines and takes them back, with all that goes wrong there. */
export interface Cloud extends Asked, Befalling {
  readonly vms: ReadonlyMap<string, Vm>
  /** One for each machine that was ever accepted. */
  readonly bills: readonly Bill[]
  readonly trouble: CloudTrouble
  /** A listing of the fleet, as of the moment, has reached a Slipway that lived on. */
  tell(listed: ReadonlyMap<string, ProviderMachine>, fleet: string, at: number): void
}

export function createCloud(options: CloudOptions): Cloud {
  const yard = createYard(options)
  const { vms, bills, trouble } = yard
  return {
    ...createAsked(options, yard),
    ...createBefalling(options, yard),
    vms,
    bills,
    trouble,
    tell: (listed, fleet, at) => tell(yard, listed, fleet, at),
  }
}

function tell({ bills }: Yard, listed: ReadonlyMap<string, ProviderMachine>, fleet: string, at: number): void {
  for (const bill of bills) {
    if (bill.fleet !== fleet) continue
    const state = listed.get(bill.name)?.state
    for (const { from, what } of bill.prices) {
      // Of one that is being deleted, or has failed, no listing says any more how it was before.
      const shown = what === 'stopped' ? state === 'stopped' : state === 'running' || state === 'creating'
      // It takes a failed look and two listings in a row to be sure that one was stopped.
      const sureAt = from + (what === 'stopped' ? 30_000 : 0)
      if (shown && sureAt <= at && !bill.told.has(from)) bill.told.set(from, at)
    }
    const over = bill.until !== undefined && bill.until <= at && state === undefined
    if (over && !bill.told.has('end')) bill.told.set('end', at)
  }
}
