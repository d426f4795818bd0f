import type { LiveAgent, LiveMachine } from '../../../domain/console/live.ts'
import { counted, cpus, percent, roundDuration, soon } from '../data/words.ts'

/** How a machine is drawn. */
export type Look = 'coming' | 'ready' | 'draining' | 'asleep' | 'leaving' | 'lost'

export function lookOf({ state, cordon }: Pick<LiveMachine, 'state' | 'cordon'>): Look {
  switch (state) {
    case 'requested':
    case 'creating':
    case 'booting':
    case 'starting':
      return 'coming'
    case 'ready':
      return cordon ? 'draining' : 'ready'
    case 'unreachable':
    case 'failed':
      return 'lost'
    case 'stopping':
    case 'stopped':
      return 'asleep'
    case 'deleting':
    case 'gone':
      return 'leaving'
  }
}

/** `booting, ready in about 20s`; empty for one that simply works. */
export function standing(machine: LiveMachine, now: number): string {
  const { state, cordon, agents, expectedAt, evictedAt } = machine
  if (evictedAt !== undefined) return 'taken back by its provider'
  switch (lookOf(machine)) {
    case 'coming':
      return expectedAt !== undefined && expectedAt > now
        ? `${state}, ready ${soon(expectedAt - now)}`
        : `${state} for ${roundDuration(now - machine.stateAt)}`
    case 'draining':
      return `${agents.length > 0 ? 'draining' : 'cordoned'}: ${cordon?.reason ?? ''}`
    case 'ready':
      return agents.length === 0 ? (machine.goes ? `empty, goes ${machine.goes}` : 'empty') : ''
    case 'lost':
    case 'asleep':
    case 'leaving':
      return state
  }
}

/** All of it in words, for who does not see the picture. */
export function machineWords(machine: LiveMachine, now: number): string {
  const { key, size, agents } = machine
  const what = [`${cpus(size.milliCpu)} CPU`, standing(machine, now) || 'ready']
  const used = agents.reduce((sum, { share }) => sum + share, 0)
  return `Machine ${key}: ${what.join(', ')}, ${counted(agents.length, 'agent')}, ${percent(used)} used`
}

/** Begins as what stands in its block: `A build: pool linux, acme/web, running for 3m12s, 2 CPU`. */
export function agentWords(agent: LiveAgent, letter: string, now: number): string {
  const { pool, state, job, resources, since } = agent
  const lasted = roundDuration(now - (job?.startedAt ?? since))
  const where = job ? `, ${job.repository}` : ''
  return `${letter} ${job?.name ?? state}: pool ${pool}${where}, ${state} for ${lasted}, ${cpus(resources.milliCpu)} CPU`
}

/** How far a machine is on its way, 0 to 1. */
export function progress(
  { createdAt, expectedAt }: Pick<LiveMachine, 'createdAt' | 'expectedAt'>,
  now: number,
): number {
  if (expectedAt === undefined || expectedAt <= createdAt) return 0
  return Math.min(1, Math.max(0, (now - createdAt) / (expectedAt - createdAt)))
}
