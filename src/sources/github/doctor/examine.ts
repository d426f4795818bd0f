import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import { examineApp } from './app.ts'
import { examineDeliveries, examineHook } from './hook.ts'
import { examineInstallations } from './installations.ts'
import { refused, type ExamineOptions, type Remark } from './remark.ts'

/** What a person should mend, from the credentials outwards; each step is tried whatever became of the others. */
export function createExamine(options: ExamineOptions) {
  return async function examine(): Promise<readonly DoctorFinding[]> {
    const remarks = [
      ...(await tried(() => examineApp(options))),
      ...(await tried(() => examineInstallations(options))),
      ...(await tried(() => examineHook(options))),
      ...(await tried(() => examineDeliveries(options))),
    ]
    const about = `source ${options.source}`
    return remarks.map(({ level, finding, mend }) => ({ about, level, finding, mend }))
  }
}

async function tried(step: () => Promise<readonly Remark[]>): Promise<readonly Remark[]> {
  try {
    return await step()
  } catch (error) {
    return [refused(error)]
  }
}
