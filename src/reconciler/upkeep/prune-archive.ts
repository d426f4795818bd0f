import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'
import { noting } from '../noting.ts'

const target = 'archive-prune'
const batch = 500

/** Removes logs that are older than their retention, in the archive's own time: nothing waits for it. */
export function pruneArchive(context: Context, actor: Actor): void {
  const policy = context.wanted().archive
  if (!policy || context.backoffs.wait(target) > 0) return
  const remove = noting(context, target, async () => {
    // A clock that was set ahead must not make everything old at once.
    const before = context.clock.wall() - context.known.jumpedMs - policy.retentionMs
    let removed = 0
    for (let count = batch; count === batch; removed += count) count = await policy.archive.prune(before, batch)
    if (removed > 0) context.logger.info({ removed }, 'archived logs removed for their age')
  })
  actor.run(target, target, remove)
}
