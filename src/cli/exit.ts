/** What the process ends with; docs/cli.md and `--help` list them. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  unauthorized: 5,
} as const

export const EXIT_HELP = `
Exit codes:
  0  done
  1  failed, refused, or something is not well
  2  wrong usage, or a configuration with problems
  3  the service can't be reached
  4  there is no such job, machine or token
  5  no token, or one that may not do this`

/** Ends the command with a code. `reported`: everything has been said already, so nothing more is printed. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number
  /** Static, for programs. */
  readonly code: string
  readonly problems: readonly string[]
  readonly reported: boolean

  constructor(
    exitCode: number,
    code: string,
    message: string,
    more: { readonly problems?: readonly string[]; readonly reported?: boolean } = {},
  ) {
    super(message)
    this.exitCode = exitCode
    this.code = code
    this.problems = more.problems ?? []
    this.reported = more.reported ?? false
  }
}

export function usageError(message: string): CliError {
  return new CliError(EXIT.usage, 'usage', message)
}

/** For a command that has said all there is to say, and ends with a code. */
export function endWith(exitCode: number): CliError {
  return new CliError(exitCode, 'ended', '', { reported: true })
}
