/** The real time. Everything else is handed a clock, so that tests and the simulator can be in charge of time. */
export const systemClock = {
  wall: (): number => Date.now(),
  monotonic: (): number => performance.now(),
  timer: (ms: number, run: () => void): (() => void) => {
    const handle = setTimeout(run, ms)
    return () => clearTimeout(handle)
  },
}
