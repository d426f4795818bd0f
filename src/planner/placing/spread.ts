import type { Resources } from '../../domain/resources.ts'
import type { Survey } from '../survey.ts'
import { hasRoom, type Room, type Rooms } from './rooms.ts'

/** `spread: repository`: agents of one repository go onto different machines where that costs no machine more. */
export interface Spread {
  /** Of the rooms that are in use anyway, the fullest of those with the fewest agents of the repository. */
  find(rooms: readonly Room[], wanted: Resources, repository: string): Room | undefined
  /** Counts one more agent, which is expected to take a job of the repository. */
  count(room: Room, repository: string): void
}

export function createSpread(survey: Survey, rooms: Rooms): Spread {
  const counts = new Map<string, Map<string, number>>()
  const inUse = new Set(rooms.loads.keys())

  function count(machine: string, repository: string): void {
    const ofMachine = counts.get(machine) ?? new Map<string, number>()
    counts.set(machine, ofMachine)
    ofMachine.set(repository, (ofMachine.get(repository) ?? 0) + 1)
  }

  // With `free` binding the repository of an agent is known only once it has a job: the rest is best effort.
  for (const [key, agent] of survey.agentOfJob) {
    const job = survey.snapshot.jobs.get(key)
    if (job) count(agent.machine, job.repository)
  }

  return {
    find(candidates, wanted, repository) {
      let best: { room: Room; has: number } | undefined
      let unused: Room | undefined
      for (const room of candidates) {
        if (!hasRoom(room, wanted)) continue
        if (!inUse.has(room.machine.key)) {
          unused ??= room
          continue
        }
        const has = counts.get(room.machine.key)?.get(repository) ?? 0
        if (has === 0) return room
        if (!best || has < best.has) best = { room, has }
      }
      return best?.room ?? unused
    },
    count(room, repository) {
      inUse.add(room.machine.key)
      count(room.machine.key, repository)
    },
  }
}
