/** The tables as the newest migration leaves them. Times are our wall milliseconds, bodies are JSON. */
export interface Tables {
  job: JobRow
  agent: RecordRow
  registration: RecordRow
  container: RecordRow
  machine: RecordRow
  delivery: { source: string; delivery: string; at: number }
  journal: { id: number; at: number; kind: string; subject: string; body: string }
  tail: { agent: string; at: number; text: string }
  setting: { key: string; value: string }
  /** One row. */
  waits: { id: number; body: string }
  token: { name: string; body: string }
}

export interface RecordRow {
  key: string
  version: number
  state: string
  /** Null while the record is live. */
  over_at: number | null
  body: string
}

/** The columns beyond those of every record are there for the pages of jobs. */
export interface JobRow extends RecordRow {
  source: string
  repository: string
  received_at: number
}
