import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aMadeMachine, cloudScene } from '../../../test/fakes/made.ts'
import { aPool, someLimits } from '../../../test/fakes/ports.ts'
import { aJob, anAgent, aSnapshot, now } from '../../../test/fakes/records.ts'
import type { Agent } from '../../domain/agent.ts'
import type { Elasticity } from '../../domain/fleet.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Action } from '../../domain/plan.ts'
import { plan } from '../plan.ts'

const stepMs = 10_000
const bootMs = 30_000
const pool = aPool({ fleets: ['cloud'], idleTimeoutMs: 20_000 })

interface World {
  readonly jobs: Map<string, Job>
  readonly agents: Map<string, Agent>
  readonly machines: Map<string, Machine>
  readonly endsAt: Map<string, number>
  ids: number
}

interface Arrival {
  readonly atStep: number
  readonly lastsMs: number
}

/** Everything that is asked for happens, in its time; jobs take the agents that are there. */
function step(world: World, at: number, elastic: Partial<Elasticity>, machines: number): readonly Action[] {
  const full = cloudScene({
    pools: [pool],
    elastic,
    fleet: { limits: someLimits({ machines }) },
    jobs: [...world.jobs.values()],
    machines: [...world.machines.values()],
    bootMs: new Map([['cloud', bootMs]]),
  })
  const agents = [...world.agents.values()]
  const facts = aSnapshot({ ...full, lookedAt: at, agents })
  const { actions } = plan(facts, at)
  for (const action of actions) apply(world, action, at)
  return actions
}

function apply(world: World, action: Action, at: number): void {
  if (!('machine' in action)) {
    if (action.kind === 'create-machine') {
      const key = `n${++world.ids}`
      const making = { acceptedAt: at, readyAt: undefined }
      world.machines.set(
        key,
        aMadeMachine({ key, state: 'booting', createdAt: at, stateAt: at, emptySince: undefined }, making),
      )
    }
    if (action.kind === 'dismiss-agent') world.agents.delete(action.agent)
    return
  }
  const machine = world.machines.get(action.machine)
  if (!machine?.made) throw new Error(`${action.kind} of ${action.machine}, which is not there`)
  const put = (patch: Partial<Machine>) => void world.machines.set(machine.key, { ...machine, ...patch })
  const cordon = { reason: action.reason, by: 'rule', at }
  const occupied = [...world.agents.values()].some((agent) => agent.machine === machine.key)
  if (action.kind === 'cordon-machine') put({ cordon })
  if (action.kind === 'uncordon-machine') put({ cordon: undefined })
  if (action.kind === 'start-machine') put({ state: 'booting', stateAt: at, emptySince: undefined })
  if ((action.kind === 'stop-machine' || action.kind === 'delete-machine') && occupied)
    throw new Error(`${action.kind} of ${machine.key}, which is in use`)
  if (action.kind === 'stop-machine') put({ state: 'stopped', stateAt: at, emptySince: undefined })
  if (action.kind === 'delete-machine') world.machines.delete(machine.key)
  if (action.kind !== 'start-agent') return
  const key = `a${++world.ids}`
  world.agents.set(key, anAgent({ key, machine: machine.key, createdAt: at, stateAt: at, activatedAt: at }))
  put({ agentsHad: machine.agentsHad + 1, emptySince: undefined })
}

function pass(world: World, at: number): void {
  for (const machine of world.machines.values())
    if (machine.state === 'booting' && machine.stateAt + bootMs <= at && machine.made)
      world.machines.set(machine.key, {
        ...machine,
        state: 'ready',
        stateAt: at,
        emptySince: at,
        made: { ...machine.made, readyAt: machine.made.readyAt ?? at },
      })
  for (const [key, ends] of world.endsAt) {
    const job = world.jobs.get(key)
    if (!job || ends > at) continue
    world.jobs.delete(key)
    world.agents.delete(job.agent ?? '')
  }
  for (const job of world.jobs.values()) {
    const agent = [...world.agents.values()].find(({ state }) => state === 'idle')
    if (job.state !== 'queued' || !agent) continue
    world.jobs.set(job.key, { ...job, state: 'running', startedAt: at, agent: agent.key })
    world.agents.set(agent.key, { ...agent, state: 'running', job: job.key, stateAt: at })
    world.endsAt.set(job.key, at + Number(job.name))
  }
  const used = new Set([...world.agents.values()].map(({ machine }) => machine))
  for (const machine of world.machines.values())
    if (machine.state === 'ready' && !used.has(machine.key) && machine.emptySince === undefined)
      world.machines.set(machine.key, { ...machine, emptySince: at })
}

const schedules = fc.record({
  arrivals: fc.array(fc.record({ atStep: fc.nat(30), lastsMs: fc.integer({ min: 5000, max: 150_000 }) }), {
    maxLength: 25,
  }),
  machines: fc.constantFrom(1, 2, 50),
  elastic: fc.record({
    idleTimeoutMs: fc.constantFrom(20_000, 60_000),
    consolidate: fc.boolean(),
    warm: fc.record({ machines: fc.nat(1), stopped: fc.nat(2) }),
    billing: fc.constantFrom('second' as const, 'hour' as const),
  }),
})

function openWorld(): World {
  return { jobs: new Map(), agents: new Map(), machines: new Map(), endsAt: new Map(), ids: 0 }
}

function arrive(world: World, arrivals: readonly Arrival[], atStep: number, at: number): void {
  for (const [i, arrival] of arrivals.entries()) {
    if (arrival.atStep !== atStep) continue
    const job = aJob({ externalId: `j${i}`, name: String(arrival.lastsMs), queuedAt: at, receivedAt: at })
    world.jobs.set(job.key, job)
  }
}

describe('when everything that is asked for happens, and jobs come and go', () => {
  test('every job runs, limits hold, and what is left at the end is what is kept ahead', () => {
    fc.assert(
      fc.property(schedules, ({ arrivals, machines, elastic }) => {
        const world = openWorld()
        for (let i = 0; i < 90; i++) {
          const at = now + i * stepMs
          arrive(world, arrivals, i, at)
          pass(world, at)
          step(world, at, elastic, machines)
          expect(world.machines.size).toBeLessThanOrEqual(machines)
        }
        expect([...world.jobs.keys()]).toEqual([])
        const states = [...world.machines.values()].map(({ state }) => state)
        const count = (state: string) => states.filter((each) => each === state).length
        // With hours billed, machines stay until their hour is nearly over.
        if (elastic.billing === 'hour') return
        expect(count('ready')).toBe(Math.min(elastic.warm.machines, machines))
        expect(count('stopped')).toBe(Math.min(elastic.warm.stopped, machines - count('ready')))
        expect(states).toHaveLength(count('ready') + count('stopped'))
      }),
      { numRuns: 60 },
    )
  })

  test('nothing is done any more once nothing changes', () => {
    fc.assert(
      fc.property(schedules, ({ arrivals, machines, elastic }) => {
        const world = openWorld()
        for (let i = 0; i < 90; i++) {
          const at = now + i * stepMs
          arrive(world, arrivals, i, at)
          pass(world, at)
          step(world, at, { ...elastic, billing: 'second' }, machines)
        }
        for (let i = 90; i < 94; i++) {
          pass(world, now + i * stepMs)
          expect(step(world, now + i * stepMs, { ...elastic, billing: 'second' }, machines)).toEqual([])
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a burst makes machines at once, and no more than it needs', () => {
    const world = openWorld()
    arrive(
      world,
      Array.from({ length: 10 }, () => ({ atStep: 0, lastsMs: 60_000 })),
      0,
      now,
    )
    const made: number[] = []
    for (let i = 0; i < 60; i++) {
      pass(world, now + i * stepMs)
      made.push(step(world, now + i * stepMs, {}, 50).filter(({ kind }) => kind === 'create-machine').length)
    }
    expect(made[0]).toBe(3)
    expect(made.slice(1).every((count) => count === 0)).toBe(true)
    expect(world.machines.size).toBe(0)
  })
})
