import type { Machine, Making } from '../../domain/machine.ts'
import type { Put } from '../../domain/ports/store.ts'
import { bootBuckets, seconds, type Instruments } from '../instruments.ts'
import type { ChangeWatcher } from '../ports/measure-store.ts'

const createdOutcomes = ['ready', 'failed', 'cancelled'] as const
const endedOutcomes = ['deleted', 'failed', 'lost', 'evicted'] as const

/** What became of machines that were made, read off the transitions that the store keeps. */
export function createMachineLives(make: Instruments): ChangeWatcher {
  const boot = make.histogram(
    'machine_boot_seconds',
    'From a machine being accepted by its provider to its being ready.',
    ['fleet'],
    bootBuckets,
  )
  const created = make.counter('machines_created_total', 'Machines that were asked for, by whether they came up.', [
    'fleet',
    'outcome',
  ])
  const ended = make.counter('machines_ended_total', 'Machines that are over, by how.', ['fleet', 'outcome'])

  /** Fleets whose boot times are counted: a histogram that is begun anew forgets what it has. */
  const begun = new Set<string>()

  function onMachine({ record, expect }: Put<'machine'>): void {
    const { fleet, state, made } = record
    if (!made || expect?.state === state) return
    if (isFirstReady(record, made)) {
      created.inc({ fleet, outcome: 'ready' })
      begun.add(fleet)
      if (made.acceptedAt !== undefined) boot.observe({ fleet }, seconds(record.stateAt - made.acceptedAt))
    }
    if (state !== 'gone' && state !== 'failed') return
    if (made.readyAt === undefined) created.inc({ fleet, outcome: state === 'failed' ? 'failed' : 'cancelled' })
    ended.inc({ fleet, outcome: outcomeOf(state, made) })
  }

  return {
    expect({ elasticFleets }) {
      for (const fleet of elasticFleets) {
        if (!begun.has(fleet)) boot.zero({ fleet })
        begun.add(fleet)
        for (const outcome of createdOutcomes) created.inc({ fleet, outcome }, 0)
        for (const outcome of endedOutcomes) ended.inc({ fleet, outcome }, 0)
      }
    },
    onLoaded: () => {},
    onCommitted(change) {
      if (change.kind === 'put' && change.table === 'machine') onMachine(change)
    },
  }
}

function isFirstReady({ state, stateAt }: Machine, { readyAt }: Making): boolean {
  return state === 'ready' && readyAt === stateAt
}

function outcomeOf(state: 'gone' | 'failed', { eviction, readyAt }: Making): (typeof endedOutcomes)[number] {
  if (state === 'gone') return 'deleted'
  if (eviction) return 'evicted'
  return readyAt === undefined ? 'failed' : 'lost'
}
