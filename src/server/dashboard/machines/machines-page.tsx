import { useState } from 'preact/hooks'
import type { MachineView } from '../../../domain/ports/operations.ts'
import { counted } from '../data/words.ts'
import { useLoad } from '../data/use-load.ts'
import { PageTitle } from '../parts/page.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { MachinesTable } from './machines-table.tsx'

const EVERY_MS = 3000

export function MachinesPage() {
  const [over, setOver] = useState(false)
  const machines = useLoad(
    'machines',
    (api, signal) => api.get<{ machines: readonly MachineView[] }>('/machines', signal),
    { everyMs: EVERY_MS },
  )
  return (
    <>
      <PageTitle title="Machines">
        <label class="end">
          <input type="checkbox" checked={over} onChange={(event) => setOver(event.currentTarget.checked)} /> with those
          that are gone
        </label>
      </PageTitle>
      <div class="panel">
        <Answer of={machines} what="the machines">
          {({ machines: all }) => {
            const shown = over ? all : all.filter(isThere)
            return shown.length === 0 ? <NoMachines gone={all.length} /> : <MachinesTable machines={shown} />
          }}
        </Answer>
      </div>
    </>
  )
}

function isThere({ state }: MachineView): boolean {
  return state !== 'gone' && state !== 'failed'
}

function NoMachines({ gone }: { readonly gone: number }) {
  return (
    <Empty title="No machine is there.">
      <p>
        One comes with the next job that needs it, where a fleet makes machines; hosts given by hand stand under{' '}
        <code>fleets</code> in the configuration.
      </p>
      {gone > 0 && <p>{counted(gone, 'machine')} of before can be looked at.</p>}
    </Empty>
  )
}
