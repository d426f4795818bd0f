import type { MachineView } from '../../../domain/ports/operations.ts'
import { amountText } from '../data/money.ts'
import { cpus, percent } from '../data/words.ts'
import { MachineChip } from '../parts/chip.tsx'
import { Time } from '../parts/time.tsx'

export function MachinesTable({ machines }: { readonly machines: readonly MachineView[] }) {
  return (
    <div class="scroll">
      <table class="table cards dense">
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col">Fleet</th>
            <th scope="col">State</th>
            <th scope="col">Size</th>
            <th scope="col">Used</th>
            <th scope="col" class="number">
              Agents
            </th>
            <th scope="col">Since</th>
            <th scope="col" class="number">
              Price now
            </th>
            <th scope="col" class="number">
              Cost
            </th>
            <th scope="col">Goes</th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <MachineRow key={machine.key} machine={machine} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function MachineRow({ machine }: { readonly machine: MachineView }) {
  const { key, fleet, size, made, agents, price, cost } = machine
  return (
    <tr>
      <th scope="row">
        <a class="mono" href={`/machines/${encodeURIComponent(key)}`}>
          {key}
        </a>
      </th>
      <td data-label="Fleet">{fleet}</td>
      <td data-label="State">
        <MachineChip machine={machine} />
      </td>
      <td data-label="Size" class="nowrap">
        {made?.sizeName ?? `${cpus(size.milliCpu)} CPU`}
        {made?.spot && <span class="dim"> spot</span>}
      </td>
      <td data-label="Used">
        <Used machine={machine} />
      </td>
      <td data-label="Agents" class="number">
        {agents}
      </td>
      <td data-label="Since">
        <Time at={machine.createdAt} />
      </td>
      <td data-label="Price now" class="number">
        {price
          ? `${amountText({ ...price, nanos: price.nanosPerHour })}/h`
          : made && <span class="warn">not known</span>}
      </td>
      <td data-label="Cost" class="number">
        {cost ? amountText(cost) : made && <span class="warn">not known</span>}
      </td>
      <td data-label="Goes" class="small">
        {machine.goes}
      </td>
    </tr>
  )
}

/** Of what it has most used: CPU, memory or disk. */
function Used({ machine }: { readonly machine: MachineView }) {
  const { used, allocatable, state } = machine
  if (state !== 'ready') return null
  const share = Math.max(
    part(used.milliCpu, allocatable.milliCpu),
    part(used.memory, allocatable.memory),
    part(used.disk, allocatable.disk),
  )
  return (
    <span class="limit">
      <span class="meter" aria-hidden="true">
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
      {percent(share)}
    </span>
  )
}

function part(used: number, all: number): number {
  return all > 0 ? used / all : 0
}
