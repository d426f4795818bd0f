import type { Container } from '../../../domain/agent.ts'
import type { LiveChange, LiveMachine, Now } from '../../../domain/console/live.ts'
import type { Context } from '../../context.ts'
import type { Committed, State } from '../../state.ts'
import { createBodies } from './bodies.ts'
import { liveMachine } from './machine.ts'

/** What is told as a whole when it changes. */
export type Parts = Pick<Now, 'problems' | 'jobs' | 'queue' | 'pools' | 'fleets'>
export type News = Omit<LiveChange, 'seq' | 'at'>

/** What watchers have been told, by which it is known what is news to them. */
export interface Picture {
  /** Looks at everything, from nothing. */
  begin(): void
  /** To be told of every commit. */
  note(changes: readonly Committed[]): void
  /** Has one of so many parts of the machines looked at with the next renewal, whatever was committed. */
  doubt(round: number, rounds: number): void
  /** Looks at what may have changed since; undefined: nothing has. */
  renew(): News | undefined
  /** As of the newest renewal. */
  readonly parts: () => Parts
  readonly machines: () => LiveMachine[]
  forget(): void
}

export function createPicture(context: Context, read: () => Parts): Picture {
  const { state } = context
  const bodies = createBodies(state)
  const dirty = new Set<string>()
  const told = createTold(context, (key) => bodies.on(key))
  const texts = new Map<string, string>()
  let parts: Parts | undefined

  function renewMachines(): News {
    const machines: LiveMachine[] = []
    const gone: string[] = []
    for (const key of dirty) {
      const news = told.renew(key)
      if (news === 'gone') gone.push(key)
      else if (news) machines.push(news)
    }
    dirty.clear()
    return { ...(machines.length > 0 && { machines }), ...(gone.length > 0 && { gone }) }
  }

  function renewParts(): News {
    parts = read()
    const news = Object.entries(parts).filter(([field, value]) => {
      const text = JSON.stringify(value)
      const isNews = texts.get(field) !== text
      if (isNews) texts.set(field, text)
      return isNews
    })
    return Object.fromEntries(news)
  }

  function renew(): News | undefined {
    const news = { ...renewParts(), ...renewMachines() }
    return Object.keys(news).length > 0 ? news : undefined
  }

  return {
    begin() {
      bodies.gather()
      for (const key of state.machines.keys()) dirty.add(key)
      renew()
    },
    note(changes) {
      for (const change of changes) {
        if (change.table === 'container') bodies.note(change)
        const key = machineOf(state, change)
        if (key !== undefined) dirty.add(key)
      }
    },
    doubt(round, rounds) {
      let place = 0
      for (const key of state.machines.keys()) if (place++ % rounds === round % rounds) dirty.add(key)
    },
    renew,
    parts: () => parts ?? read(),
    machines: () => told.machines(),
    forget() {
      bodies.clear()
      told.clear()
      for (const each of [dirty, texts]) each.clear()
      parts = undefined
    },
  }
}

/** The machine that a change may show on. */
function machineOf({ agents }: State, { table, now }: Committed): string | undefined {
  if (table === 'machine') return now.key
  if (table === 'agent' || table === 'container') return now.machine
  return table === 'job' && now.agent !== undefined ? agents.get(now.agent)?.machine : undefined
}

interface Told {
  /** The machine if it is other than it was told, `gone` if it was told and is no more; undefined: no news. */
  renew(key: string): LiveMachine | 'gone' | undefined
  readonly machines: () => LiveMachine[]
  clear(): void
}

/** Machines as watchers know them. */
function createTold(context: Context, containersOn: (machine: string) => readonly Container[]): Told {
  const known = new Map<string, { readonly live: LiveMachine; text?: string }>()
  return {
    renew(key) {
      const machine = context.state.machines.get(key)
      if (!machine) return known.delete(key) ? 'gone' : undefined
      const live = liveMachine(context, machine, containersOn(key))
      const before = known.get(key)
      // Thousands are told at once to the first who watches: each is spelt once it has to be compared.
      const text = before && JSON.stringify(live)
      if (before && (before.text ??= JSON.stringify(before.live)) === text) return undefined
      known.set(key, { live, text })
      return live
    },
    machines: () => [...known.values()].map(({ live }) => live),
    clear: () => known.clear(),
  }
}
