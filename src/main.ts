import { processSignals, runCli } from './cli/index.ts'
import { commands } from './compose.ts'
import { processEnvironment } from './config/index.ts'
import { systemClock } from './kit/system-clock.ts'
import { version } from './version.ts'

const exitCode = await runCli(
  process.argv.slice(2),
  commands,
  {
    stdout: process.stdout,
    stderr: process.stderr,
    env: processEnvironment(),
    isTty: process.stdout.isTTY,
    clock: systemClock,
    onSignal: processSignals,
  },
  version,
)

// A second signal must end it whatever is still open.
process.exit(exitCode)
