/** Something that is to happen. Of two at one moment the one that was set first comes first. */
export interface Due {
  readonly at: number
  readonly order: number
}

/** The earliest comes out first. */
export interface Heap<T extends Due> {
  push(item: T): void
  peek(): T | undefined
  pop(): T | undefined
}

export function createHeap<T extends Due>(): Heap<T> {
  const items: T[] = []

  function sink(item: T): void {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const left = items[child]
      if (!left) break
      const right = items[child + 1]
      if (right && isBefore(right, left)) child++
      const least = items[child] ?? left
      if (!isBefore(least, item)) break
      items[at] = least
      at = child
    }
    items[at] = item
  }

  return {
    push(item) {
      let at = items.length
      for (; at > 0;) {
        const above = (at - 1) >> 1
        const parent = items[above]
        if (!parent || !isBefore(item, parent)) break
        items[at] = parent
        at = above
      }
      items[at] = item
    },
    peek: () => items[0],
    pop() {
      const first = items[0]
      const last = items.pop()
      if (last && items.length > 0) sink(last)
      return first
    },
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
