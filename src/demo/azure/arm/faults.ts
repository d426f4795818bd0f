import type { Failure } from './answer.ts'

/** What goes wrong with the next calls of an operation. */
export interface Fault {
  /** Azure's operation id, or `*` for any. */
  readonly operation: string
  /** Only for machines like these. */
  readonly where?: { readonly name?: string; readonly size?: string; readonly zone?: string; readonly spot?: boolean }
  /** Answer this instead of doing anything. */
  readonly status?: number
  readonly error?: Failure
  readonly headers?: Readonly<Record<string, string>>
  /** Accept it; the work ends so. */
  readonly fails?: Failure
  /** Accept it; the work never ends. */
  readonly hangs?: boolean
  /** Accept it; the work takes this long. */
  readonly takesMs?: number
  /** A delete that forgets the interface, the disk and the address. */
  readonly forgets?: boolean
  /** Never answer; nothing is done. */
  readonly silent?: boolean
  /** Do what was asked, then cut the connection: the answer is lost. */
  readonly lose?: boolean
  /** How many calls; default 1. */
  readonly times?: number
}

/** What is known of a call when its fault is looked for. */
export interface Asked {
  readonly operation: string
  readonly name?: string
  readonly size?: string
  readonly zone?: string
  readonly spot?: boolean
}

export interface Faults {
  /** The result ends it early. */
  inject(fault: Fault): () => void
  take(asked: Asked): Fault | undefined
}

export function createFaults(): Faults {
  const pending = new Set<{ readonly fault: Fault; left: number }>()
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? 1 }
      pending.add(entry)
      return () => pending.delete(entry)
    },
    take(asked) {
      for (const entry of pending) {
        if (!concerns(entry.fault, asked)) continue
        entry.left -= 1
        if (entry.left <= 0) pending.delete(entry)
        return entry.fault
      }
      return undefined
    },
  }
}

function concerns({ operation, where = {} }: Fault, asked: Asked): boolean {
  if (operation !== '*' && operation !== asked.operation) return false
  return (
    (where.name === undefined || where.name === asked.name) &&
    (where.size === undefined || where.size === asked.size) &&
    (where.zone === undefined || where.zone === asked.zone) &&
    (where.spot === undefined || where.spot === asked.spot)
  )
}
