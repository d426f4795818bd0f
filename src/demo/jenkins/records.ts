/** What Jenkins keeps, as far as Slipway meets it. Fields change in place. */

export interface Project {
  readonly fullName: string
  readonly runs: Run[]
  next: number
  label?: string
}

export interface Run {
  readonly project: Project
  readonly number: number
  readonly kind: 'freestyle' | 'pipeline'
  /** Of the item that became this run: for a Pipeline, not the one of a step. */
  readonly queueId: number
  readonly timestamp: number
  /** How long it takes once it runs; undefined: until it is ended from outside. */
  readonly ms?: number
  readonly endsWithStep: boolean
  building: boolean
  result: string | null
  builtOn: string
}

export interface Item {
  readonly id: number
  readonly project: Project
  readonly params: string
  readonly since: number
  /** When its quiet period ends. */
  readonly buildableAt: number
  /** The label as written; a step that goes on after a restart has the name of its node. */
  readonly label?: string
  /** The run whose step it is. */
  readonly run?: Run
  readonly ms?: number
  blocked: boolean
  state: 'queued' | 'left' | 'cancelled'
  executed?: Run
}

export interface Node {
  readonly name: string
  readonly description: string
  readonly labels: readonly string[]
  readonly secret: string
  readonly exclusive: boolean
  connected: boolean
  /** Cause, if it was taken offline. */
  offlineCause?: string
  /** The cause of before a restart, which counts again when its agent is back. */
  storedCause?: string
  running?: { readonly run: Run; readonly item: Item }
  /** Ever ran a build, and which. */
  readonly had: Run[]
}
