import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import type { Dialect } from '../dialect.ts'
import type { ExtraBuild } from '../extra-builds.ts'
import { readWhy } from '../labels/why.ts'
import { askOf } from '../reading/asks.ts'
import type { Reading } from '../reading/reading.ts'

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

/** Labels that the controller keeps to itself while it has no node: of Pipelines, and on Hudson of all jobs. */
export function hiddenLabelRemarks(reading: Reading, dialect: Dialect): readonly Remark[] {
  const hidden = reading.items.filter((item) => {
    const ask = askOf(item, reading, dialect)
    return ask.kind === 'labels' && ask.state === 'waiting' && readWhy(item.why ?? '').says === 'executor'
  })
  if (hidden.length === 0) return []
  const finding = `${hidden.length} jobs wait, and while the controller has no node it does not tell their labels`
  return [
    { level: 'warning', finding, mend: 'Add one node to the controller, which may stay offline: docs/jenkins.md' },
  ]
}

export function extraBuildRemarks(extra: readonly ExtraBuild[]): readonly Remark[] {
  const newest = extra.at(-1)
  if (!newest) return []
  const finding = `${extra.length} builds of the last day came to a node that had had its one; last ${newest.run} on ${newest.node}`
  const mend = 'Builds shorter than two readings do; shorten interval, or see docs/security.md for what that means'
  return [{ level: 'warning', finding, mend }]
}
