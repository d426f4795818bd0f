import { useConsole } from '../data/console.ts'

/** How a pool is drawn: its colour and pattern by its place in the configuration, and a letter. */
export interface PoolLook {
  readonly kind: string
  readonly letter: string
}

const KINDS = 8

/** Of place 0, 1, …: A to Z, then AA, AB, … */
export function poolLook(place: number): PoolLook {
  if (place < 0) return { kind: 'pool-none', letter: '?' }
  const last = String.fromCodePoint(65 + (place % 26))
  const letter = place < 26 ? last : poolLook(Math.floor(place / 26) - 1).letter + last
  return { kind: `pool-${place % KINDS}`, letter }
}

export function usePoolLook(): (pool: string) => PoolLook {
  const { picture } = useConsole().live
  const places = new Map(picture.value?.pools.map(({ name }, place) => [name, place]))
  return (pool) => poolLook(places.get(pool) ?? -1)
}

export function PoolTag({ name }: { readonly name: string }) {
  const { kind, letter } = usePoolLook()(name)
  return (
    <span class="pool-tag">
      <span class={`pool-swatch ${kind}`} aria-hidden="true">
        {letter}
      </span>
      {name}
    </span>
  )
}
