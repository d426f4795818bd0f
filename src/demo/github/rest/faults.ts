/** What goes wrong with the next calls of an operation. */
export interface Fault {
  /** GitHub's operation id, `agent/acquire` and the like, or `*` for any. */
  readonly operation: string
  /** Answer this instead of doing anything. */
  readonly status?: number
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
  /** How many calls; default 1. */
  readonly times?: number
  readonly delayMs?: number
  /** Do what was asked, then cut the connection: the answer is lost. */
  readonly lose?: boolean
}

export interface Faults {
  /** The result ends it early. */
  inject(fault: Fault): () => void
  take(operation: string): Fault | undefined
}

export function createFaults(): Faults {
  const pending = new Set<{ readonly fault: Fault; left: number }>()
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? 1 }
      pending.add(entry)
      return () => pending.delete(entry)
    },
    take(operation) {
      for (const entry of pending) {
        if (entry.fault.operation !== operation && entry.fault.operation !== '*') continue
        entry.left -= 1
        if (entry.left <= 0) pending.delete(entry)
        return entry.fault
      }
      return undefined
    },
  }
}
