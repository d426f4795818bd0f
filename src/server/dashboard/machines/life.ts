import type { MachineLife } from '../../../domain/console/life.ts'
import type { MachineState } from '../../../domain/machine.ts'

/** A part of a machine's life in one state, as shares of the whole: 0 is its beginning, 1 its end or now. */
export interface Span {
  readonly state: MachineState
  readonly from: number
  readonly to?: number
  readonly begin: number
  readonly length: number
}

/** When its life began, and how long it has been in all, in milliseconds. */
export function lifeTime({ states }: Pick<MachineLife, 'states'>, now: number): { from: number; ms: number } {
  const from = states[0]?.from ?? now
  const last = states.at(-1)
  const ended = last && (last.state === 'gone' || last.state === 'failed') ? last.from : (last?.to ?? now)
  return { from, ms: Math.max(1, ended - from) }
}

/** The end states take no room. */
export function spansOf(life: Pick<MachineLife, 'states'>, now: number): Span[] {
  const { from: birth, ms } = lifeTime(life, now)
  return life.states
    .filter(({ state }) => state !== 'gone' && state !== 'failed')
    .map(({ state, from, to }) => ({
      state,
      from,
      to,
      begin: (from - birth) / ms,
      length: Math.max(0, ((to ?? now) - from) / ms),
    }))
}

/** A mark in the strip, as shares of the whole. */
export function within(
  part: { readonly from: number; readonly to?: number },
  life: Pick<MachineLife, 'states'>,
  now: number,
) {
  const { from, ms } = lifeTime(life, now)
  const begin = Math.min(1, Math.max(0, (part.from - from) / ms))
  const end = Math.min(1, Math.max(begin, ((part.to ?? now) - from) / ms))
  return { begin, length: end - begin }
}

/** Agents side by side in as few rows as there are at once, each in the first row that is free when it begins. */
export function rowsOf<A extends { readonly from: number; readonly to?: number }>(
  parts: readonly A[],
  most: number,
): A[][] {
  const rows: { parts: A[]; until: number }[] = []
  for (const part of [...parts].sort((a, b) => a.from - b.from)) {
    const until = part.to ?? Number.POSITIVE_INFINITY
    const free = rows.find((row) => row.until <= part.from)
    if (free) {
      free.parts.push(part)
      free.until = until
    } else if (rows.length < most) rows.push({ parts: [part], until })
  }
  return rows.map(({ parts: inRow }) => inRow)
}
