import { closest, distance } from 'fastest-levenshtein'

/** The candidate that the writer most likely meant; undefined when none is alike. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const others = candidates.filter((candidate) => candidate !== written)
  if (others.length === 0) return undefined
  const best = others[others.map(plain).indexOf(closest(plain(written), others.map(plain)))]
  if (best === undefined) return undefined
  const far = distance(plain(written), plain(best))
  return far <= Math.max(2, Math.floor(best.length / 3)) ? best : undefined
}

/** Case and separators are what people get wrong first. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, '')
}
