import { Command } from 'commander'
import { addAgents } from './remote/agents.ts'
import { addCost } from './remote/cost.ts'
import { addDelete } from './remote/delete.ts'
import { addDemo } from './local/demo.ts'
import { addDoctor } from './local/doctor.ts'
import { addDrain } from './remote/drain.ts'
import { addExplain } from './remote/explain.ts'
import { addGithubSetup } from './local/github-setup.ts'
import { addHostPrepare } from './local/host-prepare.ts'
import { addJobs } from './remote/jobs.ts'
import { addLog } from './remote/log.ts'
import { addJournal } from './remote/journal.ts'
import { addMachines } from './remote/machines.ts'
import { addSchema } from './local/schema.ts'
import { addServe } from './local/serve.ts'
import { addStatus } from './remote/status.ts'
import { addToken } from './remote/token.ts'
import { addValidate } from './local/validate.ts'
import type { Commands } from './commands.ts'
import { createContext } from './context.ts'
import { EXIT_HELP } from './exit.ts'
import type { Io } from './io.ts'

/** The whole command line. Actions reject with CliError; `runCli` turns that into words and an exit code. */
export function buildProgram(commands: Commands, io: Io, version = ''): Command {
  const program = new Command('slipway')
  program
    .description('CI build agents in throwaway containers, packed on pooled machines')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Said by runCli, which knows whether it is to be JSON.
      outputError: () => undefined,
    })
    .addHelpText('after', EXIT_HELP)
  if (version) program.version(version)

  const context = createContext(commands, io)
  program.commandsGroup('Run:')
  addServe(program, context)
  addDemo(program, context)
  program.commandsGroup('Set up:')
  addValidate(program, context)
  addSchema(program, context)
  addDoctor(program, context)
  addGithubSetup(program, context)
  addHostPrepare(program, context)
  addToken(program, context)
  program.commandsGroup('See and steer:')
  addStatus(program, context)
  addJobs(program, context)
  addExplain(program, context)
  addLog(program, context)
  addAgents(program, context)
  addMachines(program, context)
  addCost(program, context)
  addDrain(program, context)
  addDelete(program, context)
  addJournal(program, context)
  return program
}
