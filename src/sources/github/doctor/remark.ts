import type { Clock } from '../../../domain/ports/clock.ts'
import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import { SlipwayError } from '../../../domain/errors.ts'
import type { Accounts } from '../api/accounts.ts'
import type { Groups } from '../api/groups.ts'
import type { ScopeTable } from '../scopes.ts'

export interface ExamineOptions {
  readonly source: string
  readonly scopes: ScopeTable
  readonly accounts: Accounts
  readonly groups: Groups
  readonly clock: Clock
  /** Where the public listener can be reached from outside, if that is configured. */
  readonly publicUrl?: string
}

/** One finding without its subject, which is the source throughout. */
export type Remark = Omit<DoctorFinding, 'about'>

/** A failed step as a remark. Errors of our own carry their remedy; anything else is a defect and goes on. */
export function refused(error: unknown): Remark {
  if (!(error instanceof SlipwayError)) throw error
  return { level: 'error', finding: error.message, mend: remedy(error) }
}

function remedy(error: SlipwayError): string {
  switch (error.name) {
    case 'Unauthorized':
      return "Check appId and privateKey, and the App's permissions and installations on GitHub"
    case 'Throttled':
      return 'Wait; if it happens often, read fewer repositories with this App'
    case 'NotFound':
      return 'Check the names in scopes'
    default:
      return 'Check that baseUrl can be reached from here, through the proxy if one is set'
  }
}
