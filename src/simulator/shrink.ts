import type { History, Moment } from './history/history.ts'
import type { Course } from './simulate.ts'

export type Run = (history: History) => Promise<Course>

/** Simulations that shrinking may cost. */
const mostTrials = 200

/**
 * Leaves out jobs and faults for as long as the same promise is broken: what is left is closer to the cause. Halves
 * first, then quarters, down to single ones, until none can be spared.
 */
export async function shrink(course: Course, run: Run): Promise<Course> {
  const rule = course.violations[0]?.rule
  let least = course
  let trials = 0
  let parts = 2
  while (trials < mostTrials && least.history.moments.length > 1) {
    const { moments } = least.history
    const size = Math.ceil(moments.length / parts)
    let found: Course | undefined
    for (let from = 0; from < moments.length && !found && trials < mostTrials; from += size) {
      trials++
      const rest: Moment[] = [...moments.slice(0, from), ...moments.slice(from + size)]
      const tried = await run({ ...least.history, moments: rest })
      if (tried.violations[0]?.rule === rule) found = tried
    }
    if (found) least = found
    else if (size === 1) break
    parts = found ? Math.max(2, parts - 1) : Math.min(moments.length, parts * 2)
  }
  return least
}
