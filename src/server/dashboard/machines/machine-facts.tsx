import type { MachineLife } from '../../../domain/console/life.ts'
import { counted, cpus, roundBytes, sentence } from '../data/words.ts'
import { Copy } from '../parts/copy.tsx'
import { Facts } from '../parts/panel.tsx'
import { Time } from '../parts/time.tsx'

export function MachineFacts({ life }: { readonly life: MachineLife }) {
  const { machine, reason } = life
  const { made, size, allocatable, used, cordon } = machine
  const resources = (of: typeof size): string =>
    `${cpus(of.milliCpu)} CPU, ${roundBytes(of.memory)}, ${roundBytes(of.disk)} of disk`
  return (
    <>
      <p class="reason">{sentence(reason)}</p>
      <Facts
        of={[
          ['Goes', machine.goes],
          ['Now', machine.detail],
          ['Cordoned', cordon && `by ${cordon.by}: ${cordon.reason}`],
          ['Taken back', made?.eviction?.detail],
          ['Key', <Copy text={machine.key} what="machine’s key" />],
          [
            'Size',
            made
              ? `${made.sizeName}${made.spot ? ', spot' : ''}${made.location === undefined ? '' : `, ${made.location}`}`
              : undefined,
          ],
          ['Has', resources(size)],
          ['For agents', resources(allocatable)],
          ['Used', `${resources(used)} by ${counted(machine.agents, 'agent')}`],
          ['Agents so far', machine.agentsHad],
          ['Isolation', isolationText(machine)],
          ['Begun', <Time at={machine.createdAt} reachable />],
          ['Seen', <Time at={machine.seenAt || undefined} reachable />],
        ]}
      />
    </>
  )
}

function isolationText({ isolation, isolationDetail }: MachineLife['machine']): string {
  return isolationDetail === undefined ? isolation : `${isolation}: ${isolationDetail}`
}
