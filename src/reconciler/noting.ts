import type { Context } from './context.ts'

/**
 * The effect, which notes its trouble under a target of its own and never rejects: what can't be read says nothing of
 * the rest of its source (rule 10).
 */
export function noting(context: Context, target: string, effect: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await effect()
      context.backoffs.ok(target)
    } catch (error) {
      context.backoffs.fail(target, error)
      context.logger.warn({ err: error, target }, 'effect failed')
    }
  }
}
