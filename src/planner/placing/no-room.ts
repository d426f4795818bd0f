import { formatBytes, formatCpu } from '../../kit/units.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Pool } from '../../domain/pool.ts'
import { fitsWithin, type Resources } from '../../domain/resources.ts'
import { obstacle, takesContainers, type Rooms } from './rooms.ts'
import type { Hold } from '../demand/route.ts'
import type { Survey } from '../survey.ts'

/** Why no machine of the pool's fleets takes the container now; the hopeful reasons before the hopeless ones. */
export function noRoomHold(survey: Survey, rooms: Rooms, pool: Pool, wanted: Resources, image: string): Hold {
  const machines = [...survey.machines.values()].filter((machine) => pool.fleets.includes(machine.fleet))
  if (machines.length === 0) return noMachine(pool, `fleets ${pool.fleets.join(', ')} have no machine`)
  const open = machines.filter((machine) => takesContainers(survey, machine))
  if (open.length === 0) return noMachine(pool, `no machine takes agents: ${machines.map(stateWords).join('; ')}`)
  const fitting = open.filter((machine) => fitsWithin(wanted, machine.allocatable))
  if (fitting.length === 0) return tooLarge(pool, wanted, open)
  const obstacles = fitting.map((machine) => obstacle(survey, pool, machine, image))
  if (obstacles.every(Boolean)) return obstructed(survey, pool, image, fitting, obstacles)
  return full(rooms, pool, wanted, fitting)
}

function noMachine(pool: Pool, reason: string): Hold {
  return { code: 'no-machine', pool: pool.name, reason, next: 'it is placed when a machine is ready' }
}

function stateWords(machine: Machine): string {
  if (machine.cordon) return `${machine.key} is cordoned (${machine.cordon.reason})`
  if (machine.state === 'ready') return `${machine.key} is resting after errors`
  return `${machine.key} is ${machine.state}${machine.detail ? ` (${machine.detail})` : ''}`
}

function tooLarge(pool: Pool, wanted: Resources, machines: readonly Machine[]): Hold {
  const largest = machines.reduce((a, b) => (a.allocatable.memory >= b.allocatable.memory ? a : b))
  return {
    code: 'too-large',
    pool: pool.name,
    reason: `it wants ${words(wanted)}, more than any machine of ${pool.fleets.join(', ')} can give (${largest.key}: ${words(largest.allocatable)})`,
    next: 'it waits until a larger machine joins, or it asks for less',
  }
}

function obstructed(
  survey: Survey,
  pool: Pool,
  image: string,
  machines: readonly Machine[],
  obstacles: readonly (string | undefined)[],
): Hold {
  const missing = machines.find((_, index) => obstacles[index] === 'image')
  if (missing) return obstacleHold(survey, pool, missing, image)
  const troubled = machines.find((_, index) => obstacles[index] === 'image-trouble')
  if (troubled) return obstacleHold(survey, pool, troubled, image)
  const named = machines.map((m) => `${m.key}${m.isolationDetail ? ` (${m.isolationDetail})` : ''}`).join(', ')
  return noMachine(
    pool,
    `isolation is not verified on ${named}; run 'slipway host prepare' there, or accept it in the pool`,
  )
}

/** A machine that lacks the image: it is being fetched, or can't be had for now. */
export function obstacleHold(survey: Survey, pool: Pool, machine: Machine, image: string): Hold {
  const trouble = survey.backoffs.get(`image:${machine.key}/${image}`)
  if (trouble)
    return {
      code: 'backing-off',
      pool: pool.name,
      reason: `image ${image} can't be had on ${machine.key}: ${trouble.error}`,
      next: `tried again in ${Math.ceil((trouble.until - survey.now) / 1000)} s`,
      etaMs: trouble.until - survey.now,
    }
  return {
    code: 'pulling-image',
    pool: pool.name,
    reason: `image ${image} is being fetched onto ${machine.key}${progressWords(survey, machine, image)}`,
    next: 'it is placed when the image is there',
  }
}

function progressWords(survey: Survey, machine: Machine, image: string): string {
  const progress = survey.snapshot.pulls.get(`${machine.key}/${image}`)
  return progress ? ` (${progress})` : ''
}

function full(rooms: Rooms, pool: Pool, wanted: Resources, machines: readonly Machine[]): Hold {
  const free = machines
    .slice(0, 3)
    .map((machine) => {
      const room = rooms.byMachine.get(machine.key)
      return room ? `${machine.key}: ${room.slots <= 0 ? 'no agent slot' : words(room.free)}` : machine.key
    })
    .join('; ')
  return {
    code: 'machine-full',
    pool: pool.name,
    reason: `it wants ${words(wanted)} and every machine is too full (free on ${free})`,
    next: 'it is placed when an agent ends',
  }
}

function words(resources: Resources): string {
  return `${formatCpu(resources.milliCpu)} CPU and ${formatBytes(resources.memory)}`
}
