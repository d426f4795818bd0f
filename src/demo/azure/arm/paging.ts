import type { Answer } from './answer.ts'
import type { Call } from './operation.ts'

/** One page of a list in ARM's form, with `nextLink` where more follow. */
export function page(items: readonly object[], call: Call, size: number): Answer {
  const start = Number(call.query['$skiptoken'] ?? 0)
  const value = items.slice(start, start + size)
  const more = start + size < items.length
  return { status: 200, body: { value, ...(more && { nextLink: linkWith(call.url, '$skiptoken', start + size) }) } }
}

export function linkWith(url: string, name: string, value: number): string {
  const next = new URL(url)
  next.searchParams.set(name, String(value))
  return next.toString()
}
