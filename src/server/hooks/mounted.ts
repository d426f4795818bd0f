import { timingSafeEqual } from 'node:crypto'
import type { MountedRoute } from '../options.ts'

/** The source's route that a request's URL names, whatever its method. */
export function mountedAt(url: string, routes: readonly MountedRoute[]): MountedRoute | undefined {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  const asked = Buffer.from(path)
  return routes.find(({ route }) => isSame(Buffer.from(route.path), asked))
}

/** A path may end in the secret of its hook: how long the comparison takes must not tell how much of it is right. */
function isSame(path: Buffer, asked: Buffer): boolean {
  return path.length === asked.length && timingSafeEqual(path, asked)
}
