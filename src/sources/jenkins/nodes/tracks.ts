import type { Node } from './node.ts'
import { runPathOf } from '../reading/job-path.ts'

/** What we remember of our nodes from one reading to the next. */
export interface Tracks {
  /** What the node shows now. `session`: the controller's, so that a restart is noticed. */
  see(node: Node, session: string | undefined): void
  /** That a run had its turn on the node, whether a reading ever showed it or not. */
  note(node: string, run: string): void
  /** Whether the node held that run before the controller's last restart. */
  heldBeforeRestart(node: string, run: string | undefined, session: string | undefined): boolean
  /** Whether anything is known of what it did. */
  knows(node: string): boolean
  /** Forgets all but these. */
  keep(nodes: ReadonlySet<string>): void
}

interface Track {
  readonly runs: Set<string>
  held?: { readonly run: string; readonly session: string | undefined }
}

/** `onExtra` hears of every run that a node took beyond its one. */
export function createTracks(onExtra: (node: string, run: string) => void): Tracks {
  const tracks = new Map<string, Track>()

  function trackOf(node: string): Track {
    const track = tracks.get(node) ?? { runs: new Set() }
    tracks.set(node, track)
    return track
  }

  function note(node: string, run: string): void {
    const { runs } = trackOf(node)
    if (runs.has(run)) return
    runs.add(run)
    if (runs.size > 1) onExtra(node, run)
  }

  return {
    note,
    see(node, session) {
      for (const { url } of node.running) {
        const run = runPathOf(url ?? '')
        if (run === undefined) continue
        note(node.name, run)
        trackOf(node.name).held = { run, session }
      }
    },
    heldBeforeRestart(node, run, session) {
      const held = tracks.get(node)?.held
      return held !== undefined && held.run === run && held.session !== session
    },
    knows: (node) => tracks.has(node),
    keep(nodes) {
      for (const name of tracks.keys()) if (!nodes.has(name)) tracks.delete(name)
    },
  }
}
