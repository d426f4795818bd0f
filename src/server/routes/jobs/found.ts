import { NotFound } from '../../../domain/errors.ts'

/** NotFound where there is none. */
export function foundJob<T>(thing: T | undefined, key: string): T {
  if (thing === undefined) throw new NotFound(`no job ${key}; it may be older than the retention`)
  return thing
}
