/** One request with its answer, for whoever checks both. */
export interface Exchange {
  /** Azure's operation id: `VirtualMachines_CreateOrUpdate`; undefined for a path that the stand-in does not have. */
  readonly operation?: string
  readonly method: string
  readonly url: string
  readonly query: Readonly<Record<string, string>>
  readonly requestBody: unknown
  /** 0: it was left without an answer. */
  readonly status: number
  readonly responseBody: unknown
  /** What the caller needed to be allowed, as role definitions name it. */
  readonly actions: readonly string[]
  /** The answer was injected by a test. */
  readonly injected: boolean
}
