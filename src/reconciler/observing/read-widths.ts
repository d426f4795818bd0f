import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'

/**
 * Asks every source who can use its scopes. An answer that can't be had leaves the last one in force, with the problem
 * noted; a scope that never answered takes no agents.
 */
export function readWidths(context: Context, actor: Actor, onlyUnknown: boolean): void {
  for (const source of context.wanted().sources.values())
    for (const scope of source.scopes) {
      const key = `${scope.source}/${scope.name}`
      const before = context.known.scopes.get(key)
      if (onlyUnknown && before?.width) continue
      actor.run(`width:${key}`, `source:${source.name}`, async () => {
        try {
          const width = await source.width(scope)
          context.known.scopes.set(key, { ...scope, binding: source.binding, width })
        } catch (error) {
          const problem = error instanceof Error ? error.message : String(error)
          context.known.scopes.set(key, { ...scope, binding: source.binding, width: before?.width, problem })
          context.logger.warn({ err: error, scope: key }, 'who can use the scope could not be read')
        }
      })
    }
}
