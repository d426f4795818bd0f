import { scopeTarget } from '../backoff-targets.ts'
import type { Context } from '../context.ts'
import { observe } from '../observing/receive.ts'

/** Reads one job whose state or origin is in doubt. */
export async function inspectJob(context: Context, key: string): Promise<void> {
  const job = context.state.jobs.get(key)
  const source = job && context.wanted().sources.get(job.source)
  if (!job || !source) return
  try {
    await observe(context, [await source.inspect(job)])
    context.backoffs.ok(`read:${scopeTarget(job)}`)
  } catch (error) {
    context.backoffs.fail(`read:${scopeTarget(job)}`, error)
    context.logger.warn({ err: error, job: key }, 'job could not be read')
  }
}
