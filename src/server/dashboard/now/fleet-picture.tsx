import { useRef, useState } from 'preact/hooks'
import type { LiveFleet, LiveMachine } from '../../../domain/console/live.ts'
import { amountText } from '../data/money.ts'
import { counted, cpus, percent } from '../data/words.ts'
import { Bay } from './bay.tsx'
import { lookOf } from './machine-words.ts'
import type { Scale } from './scale.ts'

interface FleetProps {
  readonly fleet: LiveFleet
  readonly machines: readonly LiveMachine[]
  readonly scale: Scale
}

export function FleetPicture({ fleet, machines, scale }: FleetProps) {
  return (
    <section class="fleet" aria-label={`Fleet ${fleet.name}`}>
      <header>
        <h3>{fleet.name}</h3>
        <span class="dim">{fleetWords(fleet, machines)}</span>
        <span class="fleet-money">{pricesNow(machines)}</span>
      </header>
      {fleet.problem !== undefined && <p class="bad small">{fleet.problem}</p>}
      {machines.length === 0 ? (
        <NoMachines fleet={fleet} />
      ) : (
        <Yard machines={machines} scale={scale} name={fleet.name} />
      )}
    </section>
  )
}

function NoMachines({ fleet }: { readonly fleet: LiveFleet }) {
  const words = fleet.elastic ? 'No machine now: the first comes with the next job.' : 'No host of it answers yet.'
  return <p class="dim small no-machines">{words}</p>
}

/** One stop of the tab key; arrows, home and end lead from machine to machine. */
function Yard({ machines, scale, name }: { machines: readonly LiveMachine[]; scale: Scale; name: string }) {
  const list = useRef<HTMLUListElement>(null)
  const [stop, setStop] = useState(0)
  const at = Math.min(stop, machines.length - 1)

  const move = (event: KeyboardEvent): void => {
    const next = nextPlace(event.key, at, machines.length)
    if (next === undefined) return
    event.preventDefault()
    setStop(next)
    list.current?.querySelectorAll<HTMLElement>('.bay-name, .bay-cover')[next]?.focus()
  }

  return (
    <ul
      ref={list}
      class={scale.compact ? 'yard compact' : 'yard'}
      aria-label={`Machines of ${name}; arrow keys lead through them`}
      onKeyDown={move}
    >
      {machines.map((machine, index) => (
        <Bay key={machine.key} machine={machine} scale={scale} isStop={index === at} />
      ))}
    </ul>
  )
}

function nextPlace(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowDown') return Math.min(count - 1, at + 1)
  if (key === 'ArrowLeft' || key === 'ArrowUp') return Math.max(0, at - 1)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}

/** `docker · 3 of 8 machines · 2 coming · 9.5 of 12 CPU (79 %)`. */
function fleetWords(fleet: LiveFleet, machines: readonly LiveMachine[]): string {
  const coming = machines.filter((machine) => lookOf(machine) === 'coming').length
  const leaving = machines.filter((machine) => ['draining', 'leaving'].includes(lookOf(machine))).length
  const there = machines.filter(({ state }) => state === 'ready')
  const all = there.reduce((sum, { allocatable }) => sum + allocatable.milliCpu, 0)
  const used = there.reduce(
    (sum, { agents }) => sum + agents.reduce((sub, { resources }) => sub + resources.milliCpu, 0),
    0,
  )
  return [
    fleet.provider,
    fleet.limit === undefined
      ? counted(machines.length, 'machine')
      : `${machines.length} of ${counted(fleet.limit, 'machine')}`,
    coming > 0 ? `${coming} coming` : '',
    leaving > 0 ? `${leaving} leaving` : '',
    all > 0 ? `${cpus(used)} of ${cpus(all)} CPU (${percent(used / all)})` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

/** By currency; a machine without a price is said, not left out. */
function pricesNow(machines: readonly LiveMachine[]): string {
  const sums = new Map<string, bigint>()
  let missing = 0
  for (const { price, state } of machines) {
    if (price) sums.set(price.currency, (sums.get(price.currency) ?? 0n) + BigInt(price.nanosPerHour))
    else if (state !== 'stopped' && state !== 'requested') missing += 1
  }
  if (sums.size === 0) return ''
  const known = [...sums].map(([currency, nanos]) => `${amountText({ nanos: String(nanos), currency })}/h`).join(' + ')
  return missing > 0 ? `${known} + ${counted(missing, 'machine')} without a price` : known
}
