/** Nothing else of the pages reads the time or sets timers. */
export interface BrowserClock {
  wall(): number
  /** Calls once, later; returns how to call it off. */
  timer(ms: number, run: () => void): () => void
}

export const browserClock: BrowserClock = {
  wall: () => Date.now(),
  timer(ms, run) {
    const id = setTimeout(run, ms)
    return () => clearTimeout(id)
  },
}
