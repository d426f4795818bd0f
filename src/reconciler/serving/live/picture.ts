import type { LiveChange, LiveMachine, Now } from '../../../domain/live.ts'
import type { Context } from '../../context.ts'
import type { Committed } from '../../state.ts'
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
  const known = new Map<string, { readonly live: LiveMachine; readonly text: string }>()
  const texts = new Map<string, string>()
  let parts: Parts | undefined

  function machineOf({ table, now }: Committed): string | undefined {
    if (table === 'machine') return now.key
    if (table === 'agent' || table === 'container') return now.machine
    return table === 'job' && now.agent !== undefined ? state.agents.get(now.agent)?.machine : undefined
  }

  function renewMachines(): News {
    const machines: LiveMachine[] = []
    const gone: string[] = []
    for (const key of dirty) {
      const machine = state.machines.get(key)
      if (!machine) {
        if (known.delete(key)) gone.push(key)
        continue
      }
      const live = liveMachine(context, machine, bodies.on(key))
      const text = JSON.stringify(live)
      if (known.get(key)?.text === text) continue
      known.set(key, { live, text })
      machines.push(live)
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
        const key = machineOf(change)
        if (key !== undefined) dirty.add(key)
      }
    },
    doubt(round, rounds) {
      let place = 0
      for (const key of state.machines.keys()) if (place++ % rounds === round % rounds) dirty.add(key)
    },
    renew,
    parts: () => parts ?? read(),
    machines: () => [...known.values()].map(({ live }) => live),
    forget() {
      bodies.clear()
      for (const each of [dirty, known, texts]) each.clear()
      parts = undefined
    },
  }
}
