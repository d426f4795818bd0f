/** One REST request with its answer, for whoever checks both against GitHub's description. */
export interface Exchange {
  /** GitHub's operation id; undefined for a path that the stand-in does not have. */
  readonly operation?: string
  readonly method: string
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly requestBody: unknown
  readonly status: number
  readonly responseBody: unknown
  /** The answer was injected by a test. */
  readonly injected: boolean
}
