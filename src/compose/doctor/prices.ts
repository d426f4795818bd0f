import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import type { ElasticProvider } from '../../domain/ports/provider.ts'
import { roundDuration } from '../../kit/units.ts'
import { priceAges } from '../../ledger/reports/price-ages.ts'

/** Whether the prices of a fleet are known, and how old they are. */
export async function examinePrices(
  fleet: string,
  elastic: Pick<ElasticProvider, 'offers'>,
  now: number,
): Promise<DoctorFinding[]> {
  const about = `fleet ${fleet}`
  const ages = priceAges(new Map([[fleet, await elastic.offers(fleet)]]), now)
  return ages.flatMap(({ readAt, stale, missing }): DoctorFinding[] => {
    const age = readAt === undefined ? undefined : `its prices were read ${roundDuration(now - readAt)} ago`
    const read: DoctorFinding[] = stale
      ? [
          {
            about,
            level: 'warning',
            finding: `${age}: costs may be wrong`,
            mend: 'let Slipway reach the price list (network, proxy), or give the prices in the fleet’s `prices`',
          },
        ]
      : age === undefined
        ? []
        : [{ about, level: 'ok', finding: age }]
    if (missing.length === 0) return read
    const finding = `nobody knows what these cost: ${missing.join(', ')}`
    const mend = 'give their price in the fleet’s configuration; until then reports count their time, and no money'
    return [...read, { about, level: 'warning', finding, mend }]
  })
}
