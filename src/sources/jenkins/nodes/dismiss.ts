import { isRegistrationOf, type Registration } from '../../../domain/agent.ts'
import { NotFound, Refused } from '../../../domain/errors.ts'
import type { Controller } from '../api/controller.ts'
import type { Dialect } from '../dialect.ts'
import { isStep, namedNode } from '../reading/asks.ts'
import type { Digest } from '../reading/digest.ts'
import type { Reader } from '../reading/reading.ts'
import type { Keeper } from './keeper.ts'
import type { Tracks } from './tracks.ts'

export interface DismissOptions {
  readonly owner: string
  readonly controller: Controller
  readonly dialect: Dialect
  readonly reader: Reader<Digest>
  readonly keeper: Pick<Keeper, 'shield'>
  readonly tracks: Pick<Tracks, 'knows'>
}

/**
 * Removes a node, once nothing runs on it and nothing can come to it any more: a reading that shows it offline for new
 * builds shows it idle too. So `gone` is certain, and its container may go at once.
 */
export function createDismiss(options: DismissOptions) {
  const { owner, controller, dialect, reader, keeper, tracks } = options

  return async function dismiss({ name }: Pick<Registration, 'name'>): Promise<'gone' | 'busy'> {
    try {
      const verdict = await verdictWithShield(name)
      if (verdict === 'free') await remove(name)
      return verdict === 'free' || verdict === 'absent' ? 'gone' : 'busy'
    } catch (error) {
      if (error instanceof NotFound) return 'gone'
      throw error
    }
  }

  /** What the readings after a build show is enough: no need to look again. */
  async function verdictWithShield(name: string): Promise<Verdict> {
    const newest = reader.newest()
    const digest = newest?.reading.nodes.has(name) ? newest : await reader.fresh()
    const node = digest.reading.nodes.get(name)
    if (!node) return 'absent'
    if (!node.ours || !isRegistrationOf(owner, name))
      throw new Refused(`${dialect.system}: ${name} is none of our nodes`)
    if (verdictOf(digest, name, tracks) === 'free') return 'free'
    // One at work was taken offline with the reading that showed it so.
    if (node.idle && !node.shielded) await keeper.shield(name)
    return verdictOf(await reader.fresh(), name, tracks)
  }

  function remove(name: string): Promise<void> {
    const path = `computer/${name}/doDelete`
    return controller.post({ path, what: `delete the node ${name}`, needs: dialect.needs.delete })
  }
}

/** `open`: idle, but a build may come to it at any moment. */
type Verdict = 'free' | 'busy' | 'open' | 'absent'

function verdictOf({ reading, bound }: Digest, name: string, tracks: Pick<Tracks, 'knows'>): Verdict {
  const node = reading.nodes.get(name)
  if (!node) return 'absent'
  if (!node.idle || bound.has(name)) return 'busy'
  if (!node.shielded) return 'open'
  // Of what it did before we came, nobody knows whether the step that names it had begun on it.
  const named = !tracks.knows(name) && reading.items.some((item) => isStep(item) && namedNode(item, reading) === name)
  return named ? 'busy' : 'free'
}
