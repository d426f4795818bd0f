import type { LiveChange, LiveMachine, Now } from '../../../domain/console/live.ts'

/** The picture after a change; undefined where one was missed in between, so that the whole must be asked for anew. */
export function applyChange(before: Now, change: LiveChange): Now | undefined {
  if (change.seq <= before.seq) return before
  if (change.seq !== before.seq + 1) return undefined
  const { machines = [], gone = [], ...rest } = change
  const fleets = (rest.fleets ?? before.fleets).map((fleet) => fleet.name)
  return { ...before, ...rest, machines: mergeMachines(before.machines, machines, gone, fleets) }
}

/** What did not change stays the same object: then nothing of it is drawn again. */
function mergeMachines(
  before: readonly LiveMachine[],
  changed: readonly LiveMachine[],
  gone: readonly string[],
  fleets: readonly string[],
): readonly LiveMachine[] {
  if (changed.length === 0 && gone.length === 0) return before
  const left = new Map(changed.map((machine) => [machine.key, machine]))
  const removed = new Set(gone)
  const kept = before.flatMap((machine) => {
    if (removed.has(machine.key)) return []
    const next = left.get(machine.key) ?? machine
    left.delete(machine.key)
    return [next]
  })
  const place = (machine: LiveMachine): number => fleets.indexOf(machine.fleet)
  return [...kept, ...left.values()].sort(
    (a, b) => place(a) - place(b) || a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1),
  )
}
