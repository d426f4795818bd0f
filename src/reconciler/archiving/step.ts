import type { Agent } from '../../domain/agent.ts'
import type { Context } from '../context.ts'

/** Where trouble with the archive is noted, and whose queue the work on it stands in. */
export const archiveTarget = 'archive'

/**
 * What the log of an ending agent wants before its container may go. `keep`: it is to be archived now; `wait`: soon
 * again; `pass`: nothing, or nothing any more.
 *
 * A container never waits longer than the patience for an archive that fails, and once that has failed for as long, no
 * container waits at all: one log now and then is tried, so that its return is noticed.
 */
export function archiveStep(context: Context, agent: Agent): 'keep' | 'wait' | 'pass' {
  const policy = context.wanted().archive
  const isOpen = agent.log === undefined || agent.log.state === 'wanted'
  // One that never had its secret has run nothing.
  if (!policy || !isOpen || agent.state !== 'ending' || agent.activatedAt === undefined) return 'pass'
  const { backoffs, known, clock } = context
  if (backoffs.failures(archiveTarget) === 0) return 'keep'
  // One at a time, until one is taken: each may hang for as long as the patience lasts.
  const retryDue = backoffs.wait(archiveTarget) === 0 && known.archivePuts === 0
  const failingMs = clock.monotonic() - (known.archiveFailingSince ?? clock.monotonic())
  if (clock.wall() - agent.stateAt >= policy.patienceMs) return 'pass'
  if (failingMs >= policy.patienceMs && !retryDue) return 'pass'
  return retryDue ? 'keep' : 'wait'
}

/** Why the log of an agent that is cleared away was not kept; undefined where none was wanted, or it was. */
export function whyLost(context: Context, agent: Agent, containerIsGone: boolean): string | undefined {
  const isOpen = agent.log === undefined || agent.log.state === 'wanted'
  if (!isOpen || agent.activatedAt === undefined) return undefined
  const policy = context.wanted().archive
  // Without an archive nobody expects one, unless it was begun.
  if (!policy) return agent.log && 'no archive is configured any more'
  if (containerIsGone) return 'its container went with its machine'
  const trouble = context.backoffs.list().find(({ target }) => target === archiveTarget)
  return `the archive did not take it in time${trouble ? `: ${trouble.error}` : ''}`
}
