import { useRoute } from 'preact-iso'
import type { MachineLife } from '../../../domain/console/life.ts'
import { useLoad } from '../data/use-load.ts'
import { MachineChip } from '../parts/chip.tsx'
import { PageTitle } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { JournalPanel } from '../parts/journal-panel.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { AgentsTable } from './agents-table.tsx'
import { LifeStrip } from './life-strip.tsx'
import { MachineActions } from './machine-actions.tsx'
import { MachineFacts } from './machine-facts.tsx'
import { MoneyPanel } from './money-panel.tsx'

const EVERY_MS = 2000

export function MachinePage() {
  const { key = '' } = useRoute().params
  const path = `/machines/${encodeURIComponent(key)}`
  const life = useLoad(key, (api, signal) => api.get<MachineLife>(path, signal), { everyMs: EVERY_MS })
  if (life.notFound) return <NoMachine name={key} />
  return (
    <Answer of={life} what="the machine">
      {(told) => (
        <>
          <PageTitle title={key} tab={`${key}, ${told.machine.state}`}>
            <MachineChip machine={told.machine} />
            <span class="dim">{told.machine.fleet}</span>
            <MachineActions machine={told.machine} again={life.again} />
          </PageTitle>
          <div class="stack">
            <Panel title="Its life">
              <LifeStrip life={told} />
            </Panel>
            <div class="two">
              <Panel title="Why it exists">
                <MachineFacts life={told} />
              </Panel>
              <MoneyPanel life={told} />
            </div>
            <Panel title="Agents" bare aside={<span class="dim">newest first</span>}>
              <AgentsTable agents={told.agents} />
            </Panel>
            <JournalPanel subject={`machine:${key}`} />
          </div>
        </>
      )}
    </Answer>
  )
}

function NoMachine({ name }: { readonly name: string }) {
  return (
    <>
      <PageTitle title="No such machine" />
      <Empty title={`Nobody knows ${name}.`}>
        <a href="/machines">All machines</a>
      </Empty>
    </>
  )
}
