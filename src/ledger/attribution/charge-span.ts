import type { Charge } from '../../domain/costs/ledger.ts'
import { costBetween, startOfDay, type Nanos, type PriceInterval } from '../../domain/money.ts'
import type { MachineSpan } from '../../domain/ports/ledger.ts'
import { apportion } from './apportion.ts'
import { dominantShare, sharesOf, type Held, type Share } from './shares.ts'

const dayMs = 86_400_000

/** ISO 4217 for "no currency": no price is known. */
const noCurrency = 'XXX'

/** See `Ledger.charge`. */
export function chargeSpan(span: MachineSpan): Charge[] {
  const sums = createSums(span)
  const moments = cuts(span)
  const bodies = span.holders.map((holder) => ({ holder, wanted: dominantShare(holder.resources, span.allocatable) }))
  // So that equals are treated alike whatever order they come in.
  bodies.sort((a, b) => (a.holder.key < b.holder.key ? -1 : 1))
  for (const [index, from] of moments.entries()) {
    const until = moments[index + 1]
    if (until !== undefined) chargePiece(span, bodies, from, until, sums)
  }
  chargeEnd(span, sums)
  return sums.charges()
}

/** Between two of these moments nothing changes. */
function cuts({ from, until, prices, phases, holders }: MachineSpan): number[] {
  const inside = [...prices, ...phases].map((each) => each.from)
  for (const { uses } of holders) for (const use of uses) inside.push(use.from, use.until)
  for (let day = startOfDay(from) + dayMs; day < until; day += dayMs) inside.push(day)
  const moments = new Set([from, until, ...inside.filter((at) => at > from && at < until)])
  return [...moments].sort((a, b) => a - b)
}

function chargePiece(span: MachineSpan, bodies: readonly Body[], from: number, until: number, sums: Sums): void {
  const ms = until - from
  const cost = costOf(span.prices, from, until)
  const shares = sharesOf(heldAt(bodies, from))
  const weights = shares.map(({ parts }) => parts)
  const nanos = apportion(cost ?? 0n, weights)
  const times = apportion(BigInt(ms), weights)
  const kind = kindAt(span, from, shares)
  const currency = priceAt(span.prices, from)?.currency ?? noCurrency
  for (const [index, { holder, use }] of shares.entries()) {
    const time = Number(times[index] ?? 0n)
    const what = { kind: use?.kind ?? kind, job: use?.job, pool: holder?.pool }
    sums.add(from, currency, what, { nanos: nanos[index] ?? 0n, ms: time, unpricedMs: cost === undefined ? time : 0 })
  }
}

/** Undefined where no price is known; before the first one none is. */
function costOf(prices: readonly PriceInterval[], from: number, until: number): Nanos | undefined {
  const first = prices[0]?.from ?? Infinity
  return from < first ? undefined : costBetween(prices, from, until)
}

type Body = Omit<Held, 'use'>

function heldAt(bodies: readonly Body[], at: number): Held[] {
  const held: Held[] = []
  for (const { holder, wanted } of bodies) {
    const use = holder.uses.find(({ from, until }) => from <= at && at < until)
    if (use) held.push({ holder, wanted, use })
  }
  return held
}

function kindAt({ phases, heldEmpty }: MachineSpan, at: number, shares: readonly Share[]): Charge['kind'] {
  const phase = phases.findLast(({ from }) => from <= at) ?? phases[0]
  const kind = phase?.kind ?? 'idle'
  const empty = shares.every(({ holder }) => holder === undefined)
  return kind === 'idle' && heldEmpty && empty ? 'warm' : kind
}

function priceAt(prices: readonly PriceInterval[], at: number): PriceInterval | undefined {
  return prices.findLast(({ from }) => from <= at) ?? prices[0]
}

/** What is paid for beyond the end of its life costs money and no time. */
function chargeEnd({ until, paidUntil = until, prices }: MachineSpan, sums: Sums): void {
  const nanos = paidUntil > until ? costBetween(prices, until, paidUntil) : undefined
  const currency = priceAt(prices, until)?.currency
  if (nanos && currency !== undefined) sums.add(until, currency, { kind: 'delete' }, { nanos, ms: 0, unpricedMs: 0 })
}

type What = Pick<Charge, 'kind' | 'job' | 'pool'>
type Amounts = { nanos: Nanos; ms: number; unpricedMs: number }

interface Sums {
  add(at: number, currency: string, what: What, amounts: Amounts): void
  /** What is not nothing. */
  charges(): Charge[]
}

function createSums({ machine, fleet }: MachineSpan): Sums {
  const sums = new Map<string, Amounts & Omit<Charge, keyof Amounts>>()
  return {
    add(at, currency, { kind, job, pool }, { nanos, ms, unpricedMs }) {
      const day = startOfDay(at)
      const key = `${day} ${currency} ${kind} ${pool ?? ''}\n${job ?? ''}`
      const held = sums.get(key)
      if (!held) {
        const whose = { ...(job !== undefined && { job }), ...(pool !== undefined && { pool }) }
        sums.set(key, { machine, fleet, day, currency, kind, ...whose, nanos, ms, unpricedMs })
        return
      }
      held.nanos += nanos
      held.ms += ms
      held.unpricedMs += unpricedMs
    },
    charges: () => [...sums.values()].filter(({ nanos, ms }) => nanos !== 0n || ms !== 0),
  }
}
