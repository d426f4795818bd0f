import type { Machine } from '../../domain/machine.ts'
import { costBetween, type Nanos, type PriceInterval } from '../../domain/money.ts'
import { isOrphan } from '../history/orphans.ts'
import type { Bill } from '../world/cloud/vm.ts'
import type { Scene } from './scene.ts'

/** What we may be behind the cloud at any change, beyond what it told us late: a few listings and commits. */
const usualLagMs = 30_000

/** Every machine that the cloud charged for has a record that says the same, as near as we could know. */
export async function checkMoney(scene: Scene): Promise<void> {
  const made = Map.groupBy(scene.world.cloud.bills, ({ name }) => name)
  for (const bill of scene.world.cloud.bills) {
    const record = await scene.store.get('machine', bill.name)
    // Taken from us before we knew that it was there, it was made again: of the first we never heard.
    const again = (made.get(bill.name) ?? []).length > 1
    if (record && again) continue
    if (record) checkBill(scene, bill, record)
    else if (isOrphan(bill.name)) continue
    else scene.recorder.violate('money', `machine ${bill.name} is charged for, and no record knows it`)
  }
}

function checkBill(scene: Scene, bill: Bill, { key, state, made }: Machine): void {
  const { clock, recorder, history } = scene
  const { until = clock.monotonic() } = bill
  if (bill.until !== undefined && made?.goneAt === undefined)
    return recorder.violate('money', `machine ${key} costs nothing any more, and its record (${state}) has no end`)
  const theirs = costOf(bill.prices, until)
  const ours = costOf(made?.prices ?? [], made?.goneAt ?? clock.wall())
  const unready = made?.readyAt === undefined ? bootTimeoutMs(history, bill.fleet) : 0
  const allowed = allowance(bill, until, extraLagMs(history.moments, bill) + jumpedMs(scene, bill) + unready)
  const difference = ours > theirs ? ours - theirs : theirs - ours
  if (difference <= allowed) return
  recorder.violate('money', `machine ${key} cost ${theirs} nanos, we say ${ours}; ${allowed} apart would be allowed`)
}

/** One that is on its way is not taken for lost before its time to boot is over. */
function bootTimeoutMs({ setup }: Scene['history'], fleet: string): number {
  return setup.fleets.find(({ name }) => name === fleet)?.elastic?.bootTimeoutMs ?? 0
}

/**
 * A jump of the clock that nobody could tell from time that passed: while Slipway was down, or in the moment in which
 * its record changed.
 */
function jumpedMs({ world }: Scene, bill: Bill): number {
  const begun = bill.prices[0]?.from ?? 0
  const ended = bill.until ?? Infinity
  const known = bill.told.get('end') ?? ended
  const changes = [
    ...bill.prices.map(({ from }) => [from, bill.told.get(from) ?? known] as const),
    [ended, known] as const,
  ]
  const wrong = world.jumps.filter(({ at, noticedAt }) =>
    noticedAt === undefined
      ? at > begun - 60_000 && at < known
      : changes.some(([since, told]) => at < told + 60_000 && noticedAt > since - 5000),
  )
  return wrong.reduce((sum, { ms }) => sum + Math.abs(ms), 0)
}

function costOf(prices: readonly PriceInterval[], until: number): Nanos {
  return costBetween(prices, prices[0]?.from ?? until, until) ?? 0n
}

/** What the time costs that passed at each change until Slipway could know of it. */
function allowance(bill: Bill, until: number, extraMs: number): Nanos {
  const known = bill.told.get('end') ?? until
  const late = bill.prices.map(({ from }) => (bill.told.get(from) ?? known) - from)
  const ms = [...late, known - until].reduce((sum, each) => sum + Math.max(0, each) + usualLagMs, extraMs)
  const dearest = bill.prices.reduce(
    (most, { nanosPerHour = '0' }) => (BigInt(nanosPerHour) > most ? BigInt(nanosPerHour) : most),
    0n,
  )
  return (dearest * BigInt(Math.ceil(ms))) / 3_600_000n + 1n
}

/**
 * What is told while the store takes nothing is written later; that a delete has ended is asked of the cloud besides,
 * which may not answer; and a small jump of the clock passes as it is.
 */
function extraLagMs(moments: Scene['history']['moments'], bill: Bill): number {
  const full = moments.reduce((sum, { what }) => sum + (what.do === 'full' ? what.ms : 0), 0)
  const known = bill.told.get('end') ?? Infinity
  const spells = moments.flatMap(({ at, what }) =>
    what.do === 'spell' &&
    what.spell.side === 'cloud' &&
    at < known + 60_000 &&
    at + what.ms > (bill.prices[0]?.from ?? 0)
      ? [what.ms + 60_000]
      : [],
  )
  const jumps = moments.filter(({ what }) => what.do === 'jump').length
  return full + spells.reduce((sum, ms) => sum + ms, 0) + jumps * 30_000
}
