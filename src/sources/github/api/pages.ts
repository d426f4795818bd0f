import type { Answer, Call, Caller } from './caller.ts'
import type { Lru } from '../../lru.ts'

/** A page that was read before, to be asked for again with its ETag: an unchanged one costs nothing of the hour. */
export interface KnownPage {
  readonly etag: string
  readonly items: readonly unknown[]
  readonly more: boolean
}

export type PageCache = Lru<KnownPage>

export interface Listing<T> {
  readonly items: readonly T[]
  /** False when a page held something that could not be understood, or there are more than `most`. */
  readonly complete: boolean
}

export interface ListCall<T> extends Omit<Call, 'etag'> {
  /** The items of one answer: `(data) => data.jobs`. */
  readonly list: (data: unknown) => readonly unknown[] | undefined
  /** One item; undefined when it can't be understood. */
  readonly parse: (item: unknown) => T | undefined
  readonly cache?: PageCache
  /** Distinguishes what different identities see in the cache. */
  readonly cacheKey?: string
  /** GitHub itself gives up here (a filtered list of runs ends at 1,000). */
  readonly most?: number
}

const PAGE = 100

/** Reads a list to its end. */
export async function listAll<T>(caller: Caller, call: ListCall<T>): Promise<Listing<T>> {
  const items: T[] = []
  let complete = true
  for (let page = 1; ; page += 1) {
    const { found, more, understood } = await readPage(caller, call, page)
    for (const item of found) items.push(item)
    complete &&= understood
    if (call.most !== undefined && items.length >= call.most) return { items, complete: false }
    if (!more) return { items, complete }
  }
}

async function readPage<T>(caller: Caller, call: ListCall<T>, page: number) {
  const parameters = { ...call.parameters, per_page: PAGE, page }
  const key = call.cache ? JSON.stringify([call.cacheKey, call.route, parameters]) : ''
  const known = call.cache?.get(key)
  const answer = await caller.call({ ...call, parameters, etag: known?.etag })
  if (answer.status === 304 && known) return { found: known.items as readonly T[], more: known.more, understood: true }

  const listed = call.list(answer.data)
  const found = (listed ?? []).map(call.parse).filter((item) => item !== undefined)
  const more = hasNext(answer, listed?.length ?? 0)
  const understood = found.length === listed?.length
  const etag = answer.headers['etag']
  if (call.cache && understood && typeof etag === 'string') call.cache.set(key, { etag, items: found, more })
  return { found, more, understood }
}

/** By the Link header; without one a full page may have a next. */
function hasNext(answer: Answer, length: number): boolean {
  const link = answer.headers['link']
  if (typeof link === 'string') return link.includes('rel="next"')
  return length >= PAGE
}
