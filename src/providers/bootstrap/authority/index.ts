import { Refused } from '../../../domain/errors.ts'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { TlsMaterial } from '../../../domain/ports/provider.ts'
import { issueServer } from './certificates.ts'
import { createSeal, unlock, type Seal } from './seal.ts'
import { firstState, renewed, validFor, type AuthorityState } from './state.ts'

export interface AuthorityOptions {
  /** What `save` was given last; undefined at the first start. */
  readonly sealed: string | undefined
  /** Words of the configuration that it is sealed with. */
  readonly key: string
  readonly clock: Pick<Clock, 'wall'>
  /** Keeps the sealed authority. Nothing new is used before it resolves; if it rejects, so does the call that led here. */
  readonly save: (sealed: string) => Promise<void>
}

/**
 * Vouches for machines before Slipway, and for Slipway before machines. Whatever is due (a new authority 90 days before
 * the old one expires, a new client certificate 30 days before) is done by the next call of either kind.
 */
export interface Authority {
  /**
   * What Slipway connects with: `ca` trusts every authority of which machines may live, and `cert` convinces machines
   * of all of them. Stays the same text until something is renewed. Use it with `serverName` = name of the machine.
   */
  client(): Promise<TlsMaterial>
  /**
   * The key pair of one machine, good for this DNS name and as a server only; `ca` is what its engine lets clients in
   * by. Valid for `maxAgeMs` and a week, in which its last jobs end. Rejects with Refused for what is no machine's name.
   */
  issue(machine: string, maxAgeMs: number): Promise<TlsMaterial>
}

/** No job of GitHub's runs longer than five days. */
const LAST_JOBS_MS = 7 * 86_400_000
const MACHINE_NAME = /^[a-z][a-z0-9-]{0,14}$/

/** Opens the authority, or makes it at the first start. Rejects with Unauthorized when the key is another one. */
export async function createAuthority({ sealed, key, clock, save }: AuthorityOptions): Promise<Authority> {
  const opened = sealed === undefined ? undefined : await open(key, sealed)
  const seal = opened?.seal ?? (await createSeal(key))
  let state = opened?.state ?? (await keep(await firstState(clock.wall())))
  let last: Promise<unknown> = Promise.resolve()

  async function keep(wanted: AuthorityState): Promise<AuthorityState> {
    await save(seal.lock(JSON.stringify(wanted)))
    return wanted
  }

  /** One renewal at a time; a failed one is tried again by the next call. */
  function upToDate(longestMs: number): Promise<AuthorityState> {
    const renewing = last.then(async () => {
      const wanted = await renewed(state, clock.wall(), longestMs)
      if (wanted !== state) state = await keep(wanted)
      return state
    })
    // Whoever asked hears of a failure; the one after it is not held up.
    last = renewing.catch(() => undefined)
    return renewing
  }

  return {
    async client() {
      const { current, former, client } = await upToDate(0)
      const ca = [current.cert, ...former.map(({ cert }) => cert)].join('')
      return { ca, cert: [client.cert, ...former.map(({ cross }) => cross)].join(''), key: client.key }
    },
    async issue(machine, maxAgeMs) {
      const validMs = maxAgeMs + LAST_JOBS_MS
      if (!MACHINE_NAME.test(machine)) throw new Refused(`${machine} is no name of a machine`)
      const { current } = await upToDate(validMs)
      const pair = await issueServer(current, machine, validFor(clock.wall(), validMs))
      return { ca: current.cert, ...pair }
    },
  }
}

async function open(key: string, sealed: string): Promise<{ state: AuthorityState; seal: Seal }> {
  const { text, seal } = await unlock(key, sealed)
  return { state: JSON.parse(text) as AuthorityState, seal }
}
