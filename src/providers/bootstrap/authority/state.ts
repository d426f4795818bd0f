import { crossSign, expiryOf, isIssuedBy, issueClient, makeAuthority, type KeyPair } from './certificates.ts'

const DAY_MS = 86_400_000
const AUTHORITY_MS = 730 * DAY_MS
/** An authority is replaced this long before it expires, so that all it vouched for has ended by then. */
const AHEAD_MS = 90 * DAY_MS
const CLIENT_MS = 90 * DAY_MS
const CLIENT_AHEAD_MS = 30 * DAY_MS
/** Clocks of machines may be behind ours. */
const EARLY_MS = DAY_MS

/** All that is kept, sealed. */
export interface AuthorityState {
  readonly current: KeyPair
  /**
   * Those that machines still trust, newest first. `cross` is their word for their successor. Their keys are gone:
   * they vouch for nobody any more.
   */
  readonly former: readonly { readonly cert: string; readonly cross: string }[]
  readonly client: KeyPair
}

export async function firstState(now: number): Promise<AuthorityState> {
  const current = await makeAuthority(validFor(now, AUTHORITY_MS))
  return { current, former: [], client: await clientOf(current, now) }
}

/**
 * The state that holds from now on: the very same one where nothing is due. `longestMs`: how long the next certificate
 * must be valid.
 */
export async function renewed(state: AuthorityState, now: number, longestMs: number): Promise<AuthorityState> {
  const former = state.former.filter(({ cert }) => expiryOf(cert) > now)
  const rotates = expiryOf(state.current.cert) - now < Math.max(AHEAD_MS, longestMs)
  if (rotates) return rotate({ ...state, former }, now)
  const reissues = expiryOf(state.client.cert) - now < CLIENT_AHEAD_MS
  if (reissues || !isIssuedBy(state.client.cert, state.current.cert)) {
    return { ...state, former, client: await clientOf(state.current, now) }
  }
  return former.length < state.former.length ? { ...state, former } : state
}

async function rotate({ current, former }: AuthorityState, now: number): Promise<AuthorityState> {
  const next = await makeAuthority(validFor(now, AUTHORITY_MS))
  const client = await clientOf(next, now)
  if (expiryOf(current.cert) <= now) return { current: next, former, client }
  const cross = await crossSign(current, next.cert)
  return { current: next, former: [{ cert: current.cert, cross }, ...former], client }
}

function clientOf(authority: KeyPair, now: number): Promise<KeyPair> {
  return issueClient(authority, validFor(now, CLIENT_MS))
}

export function validFor(now: number, ms: number): { from: number; to: number } {
  return { from: now - EARLY_MS, to: now + ms }
}
