/**
 * The order in which repositories are read: busy ones first, but every fourth place is for the rest, so that these get
 * their turn however many are busy. Within each, what was read longest ago comes first.
 */
export function rotation(
  all: readonly string[],
  busy: readonly string[],
  readAt: (repository: string) => number,
): string[] {
  const byAge = (a: string, b: string): number => readAt(a) - readAt(b)
  const hot = [...new Set(busy)].sort(byAge)
  const rest = all.filter((repository) => !hot.includes(repository)).sort(byAge)
  const order: string[] = []
  while (hot.length > 0 || rest.length > 0) {
    order.push(...hot.splice(0, 3), ...rest.splice(0, 1))
    if (hot.length === 0) order.push(...rest.splice(0))
  }
  return order
}
