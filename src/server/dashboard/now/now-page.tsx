import type { LiveFleet, LiveMachine, Now } from '../../../domain/console/live.ts'
import { useConsole } from '../data/console.ts'
import { PageTitle } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { Empty } from '../parts/states.tsx'
import { FleetPicture } from './fleet-picture.tsx'
import { Key } from './key.tsx'
import { PoolsTable } from './pools-table.tsx'
import { Queue } from './queue.tsx'
import { scaleOf } from './scale.ts'
import { VerdictLine } from './verdict-line.tsx'
import { useWidth } from './yard-width.ts'

export function NowPage() {
  const { live } = useConsole()
  const now = live.picture.value
  if (!now) return <p class="empty">Asking how things stand…</p>
  return (
    <>
      <PageTitle title="Now" tab={tabWords(now)} unseen />
      <div class="stack">
        <VerdictLine now={now} />
        <div class="now">
          <Queue groups={now.queue} queued={now.jobs.queued} />
          <div class="stack">
            <Fleets fleets={now.fleets} machines={now.machines} />
            <PoolsTable pools={now.pools} />
          </div>
        </div>
      </div>
    </>
  )
}

/** So that a tab in the background tells something. */
function tabWords({ jobs }: Now): string {
  return jobs.queued > 0 ? `${jobs.running} running, ${jobs.queued} waiting` : `${jobs.running} running`
}

function Fleets({
  fleets,
  machines,
}: {
  readonly fleets: readonly LiveFleet[]
  readonly machines: readonly LiveMachine[]
}) {
  const { element, width } = useWidth<HTMLDivElement>(800)
  const scale = scaleOf(machines, width)
  return (
    <Panel title="Machines" aside={<Key />}>
      <div ref={element} class="fleets">
        {fleets.length === 0 && <NoFleet />}
        {fleets.map((fleet) => (
          <FleetPicture
            key={fleet.name}
            fleet={fleet}
            machines={machines.filter((machine) => machine.fleet === fleet.name)}
            scale={scale}
          />
        ))}
      </div>
    </Panel>
  )
}

function NoFleet() {
  return (
    <Empty title="No fleet is configured, so nothing can run.">
      <p>
        Add one under <code>fleets:</code> in the configuration, and name it in a pool.
      </p>
    </Empty>
  )
}
