import { NameTaken, SlipwayError } from '../../../domain/errors.ts'
import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import type { JobSource } from '../../../domain/ports/source.ts'
import { registrationName } from '../../../domain/agent.ts'
import type { Controller } from '../api/controller.ts'
import type { Dialect } from '../dialect.ts'
import type { ExtraBuilds } from '../extra-builds.ts'
import type { Digest } from '../reading/digest.ts'
import type { Reader } from '../reading/reading.ts'
import { JOBS_PATH, jobsSchema } from '../reading/shapes.ts'
import { extraBuildRemarks, hiddenLabelRemarks, jobRemarks, languageRemarks, type Remark } from './remarks.ts'

export interface ExamineOptions {
  readonly source: string
  readonly owner: string
  readonly dialect: Dialect
  readonly controller: Controller
  readonly reader: Reader<Digest>
  readonly extra: Pick<ExtraBuilds, 'recent'>
  readonly admit: JobSource['admit']
  readonly dismiss: JobSource['dismiss']
}

/** No job asks for it. */
const LABEL = 'slipway-doctor'

/**
 * What a person should mend: reachability and credentials, then the permissions. These can't be asked for: a node is
 * made, its secret read, and it is taken offline and removed, as for any agent.
 */
export function createExamine(options: ExamineOptions) {
  return async function examine(): Promise<readonly DoctorFinding[]> {
    const about = `source ${options.source}`
    const remarks = (await tried(options, look)) ?? []
    const well = remarks.every(({ level }) => level !== 'error')
    const tries = well ? await tried(options, tryNode) : []
    return [...remarks, ...tries].map((remark) => ({ about, ...remark }))
  }
}

async function look({ controller, reader, dialect, extra }: ExamineOptions): Promise<readonly Remark[]> {
  const { reading } = await reader.fresh()
  const seen = await controller.json({ path: JOBS_PATH, what: 'read the jobs', needs: 'Overall/Read' }, jobsSchema)
  const { items, nodes } = reading
  const finding = `the controller answers: ${items.length} items in its queue, ${nodes.size} nodes`
  return [
    { level: 'ok', finding },
    ...jobRemarks(seen.value.jobs ?? []),
    ...languageRemarks(reading),
    ...hiddenLabelRemarks(reading, dialect),
    ...extraBuildRemarks(extra.recent()),
  ]
}

async function tryNode({ source, owner, admit, dismiss }: ExamineOptions): Promise<readonly Remark[]> {
  const name = registrationName(owner, 'doctor', 1)
  try {
    await admit({ agent: { key: 'doctor', pool: 'doctor', scope: source }, name, labels: [LABEL] })
  } catch (error) {
    // One of before that could not be deleted.
    if (!(error instanceof NameTaken)) throw error
  }
  await dismiss({ name, scope: source })
  return [{ level: 'ok', finding: 'a node could be made, opened, taken offline and deleted' }]
}

async function tried(
  options: ExamineOptions,
  step: (options: ExamineOptions) => Promise<readonly Remark[]>,
): Promise<readonly Remark[]> {
  try {
    return await step(options)
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error
    return [{ level: 'error', finding: error.message, mend: remedy(error, options.dialect) }]
  }
}

function remedy(error: SlipwayError, { system }: Dialect): string {
  if (error.name === 'Unauthorized')
    return `Give the user of Slipway what the message names; all it needs stands in docs/jenkins.md`
  if (error.name === 'Refused') return `Check that url is the address of ${system} itself, as its own settings have it`
  return 'Check that url can be reached from here, through the proxy if one is set'
}
