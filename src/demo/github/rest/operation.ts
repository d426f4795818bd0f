import type { Installation } from '../records.ts'
import type { Answer } from './answer.ts'

/** Who asks: the App itself by its JWT, one installation by its token, or anybody. */
export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly installation: Installation }
  | { readonly kind: 'anybody' }

export interface Call {
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  /** Without the query. */
  readonly url: string
  /** Runs when the answer's last byte was handed to the system. */
  onAnswered(run: () => void): void
}

/** One operation of GitHub's REST API, by its id in GitHub's own description. */
export interface Operation {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly by: Caller['kind']
  /** What the installation must have been granted, as `name:level`. */
  readonly permission?: string
  /** Throws `Refusal` for what GitHub would refuse. */
  handle(call: Call): Answer | Promise<Answer>
}

/** The installation of a caller who must have one. */
export function installationOf(call: Call): Installation {
  if (call.caller.kind !== 'installation') throw new Error('the operation is not by an installation')
  return call.caller.installation
}
