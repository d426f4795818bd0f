/**
 * A token in the address, after the `#` that no browser sends: whoever started the service handed it over, as the demo
 * does. It is taken out of the address at once, so that nobody copies it with it.
 */
export function handedToken(
  place: Pick<Location, 'hash' | 'pathname' | 'search'>,
  past: Pick<History, 'replaceState'>,
): string | undefined {
  const token = new URLSearchParams(place.hash.slice(1)).get('token') ?? undefined
  if (token !== undefined) past.replaceState(null, '', place.pathname + place.search)
  return token
}
