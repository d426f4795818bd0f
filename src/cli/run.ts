import { CommanderError } from 'commander'
import type { Commands } from './commands.ts'
import { CliError, EXIT } from './exit.ts'
import type { Io } from './io.ts'
import { plain, plainJson, plainLines } from './output/plain.ts'
import { buildProgram } from './program.ts'

/** Runs one command line (without `node` and the script's name) and gives the exit code. Never rejects. */
export async function runCli(args: readonly string[], commands: Commands, io: Io, version = ''): Promise<number> {
  try {
    await buildProgram(commands, io, version).parseAsync([...args], { from: 'user' })
    return EXIT.ok
  } catch (error) {
    const failure = toFailure(error)
    if (!failure.reported) report(failure, io, args.includes('--json'))
    return failure.exitCode
  }
}

function toFailure(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof CommanderError) return fromCommander(error)
  const message = error instanceof Error ? error.message : String(error)
  return new CliError(EXIT.failure, error instanceof Error ? error.name : 'failure', message)
}

/** Help and version are no errors, though the library throws for them too. */
function fromCommander(error: CommanderError): CliError {
  if (error.exitCode === 0) return new CliError(EXIT.ok, error.code, '', { reported: true })
  if (error.code === 'commander.help') return new CliError(EXIT.usage, 'usage', '', { reported: true })
  return new CliError(EXIT.usage, 'usage', error.message.replace(/^error: /, ''))
}

function report({ code, message, problems, exitCode }: CliError, io: Io, json: boolean): void {
  if (json) {
    io.stderr.write(`${plainJson({ error: { code, message, ...(problems.length > 0 && { problems }) } })}\n`)
    return
  }
  io.stderr.write(`slipway: ${plainLines(message)}\n`)
  for (const problem of problems) io.stderr.write(`  ${plain(problem)}\n`)
  if (exitCode === EXIT.usage && code === 'usage')
    io.stderr.write('`slipway --help` and `slipway COMMAND --help` say more.\n')
}
