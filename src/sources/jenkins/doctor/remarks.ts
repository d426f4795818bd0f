import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import type { Dialect } from '../dialect.ts'
import type { ExtraBuild } from '../extra-builds.ts'
import { readWhy } from '../labels/why.ts'
import { askOf, type Ask } from '../reading/asks.ts'
import type { Reading } from '../reading/reading.ts'
import type { QueueItem } from '../reading/shapes.ts'

type AskedLabels = Extract<Ask, { kind: 'labels' }>

/** One finding without its subject, which is the source throughout. */
export type Remark = Omit<DoctorFinding, 'about'>

/** The controller hides the jobs that a user may not read, and never refuses. */
export function jobRemarks(jobs: readonly unknown[]): readonly Remark[] {
  if (jobs.length > 0) return []
  const mend = 'Unless there is no job yet, give the user of Slipway Job/Read: a job that it can not read gets no agent'
  return [{ level: 'warning', finding: 'not one job can be seen', mend }]
}

/** The words of the queue name labels; in another language than English they can't be read. */
export function languageRemarks({ items }: Reading): readonly Remark[] {
  const told = items.map(({ why }) => readWhy(why ?? '')).find((why) => why.says === 'foreign')
  if (told?.says !== 'foreign') return []
  const finding = `the queue speaks ${told.language} although English was asked for: labels of Pipelines can't be read`
  const mend = 'Let the Locale plug-in heed the language of the browser, or set it to English'
  return [{ level: 'error', finding, mend }]
}

/**
 * Labels that the controller keeps to itself, of Pipelines and on Hudson of all jobs: all of them while it has no node,
 * and those that one single node of somebody else has. That node may have been meant for the job, unless it is away.
 */
export function hiddenLabelRemarks(reading: Reading, dialect: Dialect): readonly Remark[] {
  const hidden = reading.items.filter((item) => {
    const ask = askOf(item, reading, dialect)
    return ask.kind === 'labels' && (hasNoNode(item, ask) || isLeftToOneAway(item, ask, reading))
  })
  if (hidden.length === 0) return []
  const finding = `${hidden.length} jobs wait whose labels the controller does not tell: it needs two nodes that have them`
  return [{ level: 'warning', finding, mend: 'Add two nodes to the controller that stay offline: docs/jenkins.md' }]
}

function hasNoNode({ why }: QueueItem, { state }: AskedLabels): boolean {
  return state === 'waiting' && readWhy(why ?? '').says === 'executor'
}

function isLeftToOneAway(item: QueueItem, { vague }: AskedLabels, { nodes }: Reading): boolean {
  const why = readWhy(item.why ?? '')
  const node = vague && why.says === 'node' ? nodes.get(why.node) : undefined
  return node !== undefined && !node.ours && !node.connected
}

export function extraBuildRemarks(extra: readonly ExtraBuild[]): readonly Remark[] {
  const newest = extra.at(-1)
  if (!newest) return []
  const finding = `${extra.length} builds of the last day came to a node that had had its one; last ${newest.run} on ${newest.node}`
  const mend = 'Builds shorter than two readings do; shorten interval, or see docs/security.md for what that means'
  return [{ level: 'warning', finding, mend }]
}
