/** Those who wait for something to become true, asked again after every change. */
export interface Waiters {
  until(holds: () => boolean): Promise<void>
  changed(): void
}

export function createWaiters(): Waiters {
  const waiting = new Set<() => void>()
  return {
    until(holds) {
      if (holds()) return Promise.resolve()
      return new Promise((resolve) => {
        function ask(): void {
          if (!holds()) return
          waiting.delete(ask)
          resolve()
        }
        waiting.add(ask)
      })
    },
    changed() {
      for (const ask of waiting) ask()
    },
  }
}
