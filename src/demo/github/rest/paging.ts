import type { Call } from './operation.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly headers: Readonly<Record<string, string>>
}

/** GitHub's page of a list: `per_page` 30 unless told, 100 at most, with a `Link` header. */
export function page<T>(items: readonly T[], call: Call): Page<T> {
  const size = pageSize(call)
  const current = Math.max(1, Number(call.query.page) || 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const links = [
    ...(current > 1 ? [link(call, { page: String(current - 1) }, 'prev'), link(call, { page: '1' }, 'first')] : []),
    ...(current < last
      ? [link(call, { page: String(current + 1) }, 'next'), link(call, { page: String(last) }, 'last')]
      : []),
  ]
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {}
  return { items: items.slice((current - 1) * size, current * size), headers }
}

export function pageSize(call: Call): number {
  return Math.min(100, Math.max(1, Number(call.query.per_page) || 30))
}

export function link(call: Call, changed: Readonly<Record<string, string>>, relation: string): string {
  const query = new URLSearchParams({ ...call.query, ...changed })
  return `<${call.url}?${query.toString()}>; rel="${relation}"`
}
