/** One line of `slipway doctor`. */
export interface DoctorFinding {
  /** `source github`, `fleet local`, `pool linux`, … */
  readonly about: string
  readonly level: 'ok' | 'warning' | 'error'
  readonly finding: string
  /** What to do about it; absent when ok. */
  readonly mend?: string
}
