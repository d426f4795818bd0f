import type { MountedRoute } from '../options.ts'

/** The source's route that a request's URL names, whatever its method. */
export function mountedAt(url: string, routes: readonly MountedRoute[]): MountedRoute | undefined {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  return routes.find(({ route }) => route.path === path)
}
