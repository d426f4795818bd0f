import type { Making } from '../../domain/machine.ts'
import { costBetween, type Nanos } from '../../domain/money.ts'
import type { Scene } from './scene.ts'

const hourMs = 3_600_000
const always = { since: -Infinity, until: Infinity }

/**
 * Jobs and waste together are what machines cost, exactly, whatever happened meanwhile: of each machine that is over
 * the charges sum to its price over its life, and their time to its life.
 */
export async function checkLedger({ store, recorder, history, slipway }: Scene): Promise<void> {
  const charged = await store.costs({ by: ['machine', 'fleet'], ...always })
  const meters = await store.meters()
  for (const { keys, nanos, ms, unpricedMs } of charged) {
    const key = String(keys.machine)
    const record = await store.get('machine', key)
    if (!record?.made) continue
    const { acceptedAt = 0, goneAt } = record.made
    const until = meters.get(key) ?? goneAt
    if (until === undefined) {
      recorder.violate('ledger', `machine ${key} is charged to its end, and its record (${record.state}) has none`)
      continue
    }
    const hourly = history.setup.fleets.find(({ name }) => name === record.fleet)?.elastic?.billing === 'hour'
    const begun = hourly && !meters.has(key) ? Math.ceil((until - acceptedAt) / hourMs) * hourMs : until - acceptedAt
    const cost = knownCost(record.made, acceptedAt, acceptedAt + begun)
    if (nanos !== cost)
      recorder.violate('ledger', `machine ${key} cost ${cost} nanos, and ${nanos} are charged to jobs and waste`)
    if (ms !== until - acceptedAt)
      recorder.violate('ledger', `machine ${key} was there for ${until - acceptedAt} ms, and ${ms} are charged`)
    if (unpricedMs > 0 && record.made.prices.every(({ nanosPerHour }) => nanosPerHour !== undefined))
      recorder.violate('ledger', `machine ${key} always had a price, and ${unpricedMs} ms are charged without one`)
  }
  await checkLoose(slipway, store, recorder, new Set(charged.map(({ keys }) => String(keys.machine))))
}

/** All that ended has been charged, and no more is open than what lives. */
async function checkLoose(
  slipway: Scene['slipway'],
  store: Scene['store'],
  recorder: Scene['recorder'],
  charged: ReadonlySet<string>,
): Promise<void> {
  const state = slipway.process()?.context.state
  for (const { key, made } of await store.ended('machine', 0))
    if (made?.acceptedAt !== undefined && (made.goneAt ?? 0) > made.acceptedAt && !charged.has(key))
      recorder.violate('ledger', `machine ${key} is over, and nothing of it is charged`)
  for (const key of (await store.meters()).keys())
    if (state && !state.machines.has(key))
      recorder.violate('ledger', `the meter of machine ${key} runs, and it is over`)
}

/** Of the time whose price is known. */
function knownCost({ prices }: Making, from: number, until: number): Nanos {
  return prices.reduce((sum, price, index) => {
    const end = Math.min(until, prices[index + 1]?.from ?? Infinity)
    return sum + (costBetween([price], Math.max(from, price.from), end) ?? 0n)
  }, 0n)
}
