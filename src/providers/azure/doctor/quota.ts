import type { Offer } from '../../../domain/offer.ts'
import type { AzureFleet } from '../context.ts'
import { offers } from '../verbs/offers.ts'
import type { Remark } from './remark.ts'

/** Whether at least one offer can be had, which can't, and how far the quotas and prices go. */
export async function examineQuota(fleet: AzureFleet): Promise<Remark[]> {
  const { limits } = fleet.config
  const all = await offers(fleet)
  const usable = all.filter(({ refused }) => refused === undefined)
  const remarks = all.flatMap((offer) => refusalRemark(offer, usable.length > 0))
  if (usable.length === 0) return remarks

  const short = usable.filter(({ quota }) => quota !== undefined && quota < limits.machines)
  const longest = Math.max(...usable.map(({ quota }) => quota ?? Number.POSITIVE_INFINITY))
  if (short.length === usable.length) {
    remarks.push({
      level: longest === 0 ? 'error' : 'warning',
      finding: `the quotas admit ${longest} more machines of the best placed size, and limits.machines is ${limits.machines}`,
      mend: 'ask for more in the portal under Quotas, add sizes of other families, or lower limits.machines',
    })
  } else {
    remarks.push({ level: 'ok', finding: `${usable.length} of ${all.length} offers can be had` })
  }
  const unpriced = usable.filter(({ price }) => price === undefined).map(({ key }) => key)
  if (unpriced.length > 0) {
    remarks.push({
      level: limits.moneyPerDay ? 'error' : 'warning',
      finding: `no price is known for ${unpriced.join(', ')}`,
      mend: 'let Slipway reach prices.azure.com, or set `prices` in the fleet',
    })
  }
  return remarks
}

function refusalRemark({ key, refused }: Offer, othersRemain: boolean): Remark[] {
  if (refused === undefined) return []
  const mend = 'take it out of `sizes` or `zones`, or mend what it names'
  return [{ level: othersRemain ? 'warning' : 'error', finding: `${key} can’t be had: ${refused}`, mend }]
}
