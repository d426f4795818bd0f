import type { GithubStandIn } from '../../../src/demo/github/index.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'

/**
 * Resolves once the condition holds, looked at whenever something happens at the stand-in and, as containers end
 * without telling it, at short turns of the clock. The test's own timeout bounds it.
 */
export async function until(condition: () => boolean | Promise<boolean>, github: GithubStandIn): Promise<void> {
  while (!(await condition())) {
    const happened = Promise.withResolvers<void>()
    const undo = (['job-assigned', 'job-started', 'job-completed', 'runner-removed'] as const).map((kind) =>
      github.on(kind, () => happened.resolve()),
    )
    const cancel = systemClock.timer(100, happened.resolve)
    await happened.promise
    cancel()
    for (const each of undo) each()
  }
}
