/** What we write on all that we make on an engine, and find it by. */
export const OWNER = 'slipway.owner'
export const POOL = 'slipway.pool'
/** The key of a container. Helpers and probes lack it. */
export const AGENT = 'slipway.agent'
/** On helpers of `dind`, their containers and networks: the key of the agent that they belong to. On probes: their own. */
export const HELPER_OF = 'slipway.helper-of'
/** The container's command is the job: its exit code is the job's, and it is at work once activated. */
export const RUNS_AT_ONCE = 'slipway.runs-at-once'
/** Of an image: it writes the job marker when a job starts, so that no marker means no job. */
export const HOOK = 'slipway.hook'

export function labelled(...labels: readonly string[]): { label: string[] } {
  return { label: [...labels] }
}
