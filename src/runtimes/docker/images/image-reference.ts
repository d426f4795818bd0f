import { Refused } from '../../../domain/errors.ts'

/** Where names without a host are looked for. */
export const DEFAULT_REGISTRY = 'docker.io'

export interface ImageReference {
  readonly host: string
  /** Without tag and digest, as written. */
  readonly repository: string
  /** A tag or a digest; `latest` when none is written, for without one an engine would fetch every tag. */
  readonly tag: string
}

/** `[host[:port]/]path[:tag][@digest]`; with both, the digest decides. Refused when it is none. */
export function parseReference(image: string): ImageReference {
  const [name = '', digest] = image.split('@', 2)
  const colon = name.lastIndexOf(':')
  const tagged = colon > name.lastIndexOf('/')
  const repository = tagged ? name.slice(0, colon) : name
  const tag = digest ?? (tagged ? name.slice(colon + 1) : 'latest')
  if (!/^[\w.:/-]+$/.test(repository) || !/^[\w.:+-]+$/.test(tag)) throw new Refused(`${image} is no image reference`)
  const first = repository.split('/', 1)[0] ?? ''
  const named = repository.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  return { host: named ? first : DEFAULT_REGISTRY, repository, tag }
}
