import type { FastifyInstance } from 'fastify'

/** Remembers the routes registered after it; tells which methods a path has, to say 405 rather than 404. */
export function rememberMethods(app: Pick<FastifyInstance, 'addHook'>): (url: string) => readonly string[] {
  const patterns = new Map<string, { readonly matches: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = patterns.get(url) ?? { matches: new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`), methods: new Set() }
    for (const one of [method].flat()) known.methods.add(one)
    patterns.set(url, known)
  })
  return (url) => {
    const path = url.split('?', 1)[0] ?? ''
    return [...patterns.values()]
      .filter(({ matches }) => matches.test(path))
      .flatMap(({ methods }) => Array.from(methods))
  }
}
