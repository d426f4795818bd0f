import type { Answer } from './answer.ts'
import type { Fault } from './faults.ts'

export interface Call {
  /** Names in the path. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  /** Absolute, with its query. */
  readonly url: string
  /** What is to go wrong with the work that the call begins. */
  readonly fault?: Fault
}

/** A right that the caller must have on something. */
export interface Need {
  readonly action: string
  readonly scope: string
}

/** One operation of Azure, by its id in Azure's own description. */
export interface Operation {
  readonly id: string
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  /** What a role must list. Absent: everybody may, without a token. */
  readonly action?: string
  /** Where the right must be held, if not on the path itself. */
  scope?(call: Call): string
  /** Rights on what the request names besides the resource itself. */
  needs?(call: Call): readonly Need[]
  /** Throws `Refusal` for what Azure would refuse. */
  handle(call: Call): Answer | Promise<Answer>
}
