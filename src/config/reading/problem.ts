/** A place in the file: keys and indices from the root. */
export type Path = readonly (string | number)[]

/** What is wrong, before its place in the text is looked up. */
export interface Finding {
  readonly path: Path
  /** Points at the key itself rather than at its value. */
  readonly atKey?: boolean
  readonly reason: string
  readonly mend: string
  /** The valid key or name that is most like what was written. */
  readonly nearest?: string
}

export interface ConfigProblem {
  readonly file: string
  /** `pools[1].fleets[0]`; empty for the file as a whole. */
  readonly path: string
  /** From 1; 0 when there is no text to point at. */
  readonly line: number
  readonly column: number
  readonly reason: string
  /** How to mend it, in words. */
  readonly mend: string
  readonly nearest?: string
}

export function pathText(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}

/** One line: `slipway.yaml:12:5 pools[1].fleets[0]: reason. Mend.` */
export function problemText(problem: ConfigProblem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file
  const where = problem.path ? `${place} ${problem.path}` : place
  const guess = problem.nearest === undefined ? '' : ` Did you mean \`${problem.nearest}\`?`
  return `${where}: ${problem.reason}.${guess} ${problem.mend}`.trimEnd()
}
