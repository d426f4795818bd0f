import type { JournalEntry } from '../../../domain/journal.ts'
import type { MachineLife } from '../../../domain/console/life.ts'
import type { Cordon, Machine, MachineState } from '../../../domain/machine.ts'

/** Where what was intended or noted led, unless its kind names the state itself. */
const ledTo: Readonly<Record<string, MachineState>> = {
  'create-machine intended': 'requested',
  'create-machine failed': 'deleting',
  'machine-accepted noted': 'creating',
  'machine-joined noted': 'booting',
  'machine-lost noted': 'deleting',
  'machine-left noted': 'gone',
  'stop-machine intended': 'stopping',
  'stop-machine failed': 'deleting',
  'start-machine intended': 'starting',
  'start-machine failed': 'stopped',
  'delete-machine intended': 'deleting',
}
const named: ReadonlySet<string> = new Set<MachineState>(['booting', 'ready', 'unreachable', 'stopped'])

/**
 * The states that a machine has gone through, read off the journal, oldest entry first. The record has the last word;
 * what is older than the journal is told as one piece.
 */
export function statesOf(machine: Machine, entries: readonly JournalEntry[]): MachineLife['states'] {
  const turns = entries.flatMap((entry) => {
    const state = stateAfter(entry, machine)
    return state ? [{ state, from: entry.at }] : []
  })
  const [first] = turns
  const before = machine.made ? 'requested' : 'booting'
  if (!first || first.from > machine.createdAt) turns.unshift({ state: before, from: machine.createdAt })
  if (turns.at(-1)?.state !== machine.state) turns.push({ state: machine.state, from: machine.stateAt })
  const kept = turns.filter(({ state }, place) => state !== turns[place - 1]?.state)
  const over = machine.state === 'gone' || machine.state === 'failed'
  return kept.map(({ state, from }, place) => {
    const to = kept[place + 1]?.from ?? (over ? from : undefined)
    return { state, from, ...(to !== undefined && { to }) }
  })
}

function stateAfter({ kind, outcome }: JournalEntry, machine: Machine): MachineState | undefined {
  if (kind === 'delete-machine' && outcome === 'done') return machine.made?.failed ? 'failed' : 'gone'
  const name = kind.replace(/^machine-/, '')
  if (name !== kind && named.has(name)) return name as MachineState
  return ledTo[`${kind} ${outcome}`]
}

/** What begins a cordon: people's wish, a rule's, an announced eviction, or the wish to have it deleted. */
const cordoning: ReadonlySet<string> = new Set([
  'cordon-machine done',
  'cordon-machine noted',
  'machine-evicted noted',
  'delete-machine noted',
])

export function cordonsOf(machine: Machine, entries: readonly JournalEntry[]): MachineLife['cordons'] {
  const cordons: (Cordon & { to?: number })[] = []
  for (const { kind, outcome, reason, by, at } of entries) {
    const open = cordons.at(-1)
    const isOpen = open && open.to === undefined
    if (kind === 'uncordon-machine' && isOpen) open.to = at
    if (!isOpen && cordoning.has(`${kind} ${outcome}`)) cordons.push({ reason, by: by === 'slipway' ? 'rule' : by, at })
  }
  const open = cordons.at(-1)
  const isOpen = open && open.to === undefined
  if (machine.cordon && !isOpen) cordons.push(machine.cordon)
  if (!machine.cordon && isOpen) open.to = machine.stateAt
  return cordons
}
