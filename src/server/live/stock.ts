import type { LiveChange } from '../../domain/console/live.ts'
import type { ConsoleOperations } from '../../domain/ports/console.ts'
import { eventFrame, type Frame } from './frame.ts'

/** Changes kept for who is a little behind; who is further gets a whole picture. */
const mostChanges = 30
const mostBytes = 4_194_304

/** What readers are sent, written down once for them all. */
export interface Stock {
  add(change: LiveChange): Promise<void>
  /** Whether nothing has come since this change, as far as is known. */
  isNewest(seq: number): boolean
  /** The change after this one; undefined: it is kept no more. */
  after(seq: number): Frame | undefined
  /** One picture for all who ask for it between two changes. */
  whole(): Promise<{ readonly seq: number; readonly frame: Frame }>
  clear(): void
}

export function createStock(operations: Pick<ConsoleOperations, 'now'>): Stock {
  const changes = new Map<number, Frame>()
  let latest: number | undefined
  let whole: { readonly seq: number; readonly frame: Promise<Frame> } | undefined

  return {
    async add(change) {
      changes.set(change.seq, await eventFrame('change', change))
      latest = change.seq
      dropOldest(changes)
    },
    isNewest: (seq) => latest === undefined || seq >= latest,
    after: (seq) => changes.get(seq + 1),
    async whole() {
      if (!whole || whole.seq !== latest) {
        const now = await operations.now()
        if (whole?.seq !== now.seq) whole = { seq: now.seq, frame: eventFrame('now', now) }
      }
      return { seq: whole.seq, frame: await whole.frame }
    },
    clear() {
      changes.clear()
      latest = undefined
      whole = undefined
    },
  }
}

function dropOldest(changes: Map<number, Frame>): void {
  let bytes = 0
  for (const { plain } of changes.values()) bytes += plain.length
  for (const [seq, { plain }] of changes) {
    if (changes.size <= mostChanges && bytes <= mostBytes) return
    changes.delete(seq)
    bytes -= plain.length
  }
}
