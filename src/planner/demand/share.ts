import type { Job } from '../../domain/jobs/job.ts'
import type { Lane } from '../lane.ts'

/** Places one agent and says whether it could; a job that gets none is passed over. */
export type Grant = (lane: Lane, job: Job) => boolean

/**
 * Hands out agents one at a time: lanes of higher priority first, and among equals the lane that has the fewest agents
 * (rule 9, as far as rule 2 lets Slipway choose).
 */
export function shareFairly(lanes: readonly Lane[], grant: Grant): void {
  for (const level of byPriority(lanes)) shareLevel(level, grant)
}

function byPriority(lanes: readonly Lane[]): Lane[][] {
  const levels = new Map<number, Lane[]>()
  for (const lane of lanes) {
    const level = levels.get(lane.pool.priority)
    if (level) level.push(lane)
    else levels.set(lane.pool.priority, [lane])
  }
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level)
}

interface Turn {
  readonly lane: Lane
  held: number
  next: number
}

/** Round by round: in round n every lane with at most n agents gets one more, the longest waiting lane first. */
function shareLevel(level: readonly Lane[], grant: Grant): void {
  let turns: Turn[] = level
    .filter((lane) => lane.unmet.length > 0)
    .map((lane) => ({ lane, held: lane.agents, next: 0 }))
    .sort((a, b) => (a.lane.unmet[0]?.queuedAt ?? 0) - (b.lane.unmet[0]?.queuedAt ?? 0))
  while (turns.length > 0) {
    const round = turns.reduce((least, turn) => Math.min(least, turn.held), Infinity)
    turns = turns.filter((turn) => turn.held > round || takeTurn(turn, grant))
  }
}

/** One agent for one lane, passing over jobs that can't have one; false when the lane wants no more. */
function takeTurn(turn: Turn, grant: Grant): boolean {
  for (let job = turn.lane.unmet[turn.next]; job; job = turn.lane.unmet[turn.next]) {
    turn.next++
    if (!grant(turn.lane, job)) continue
    turn.held++
    return turn.next < turn.lane.unmet.length
  }
  return false
}
