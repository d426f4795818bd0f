export type {
  Commands,
  DemoOptions,
  Finding,
  GithubSetupOptions,
  HostPrepareOptions,
  OfflineTokenOptions,
  RunningService,
  ServeOptions,
} from './commands.ts'
export { processSignals, type Io } from './io.ts'
export { buildProgram } from './program.ts'
export { runCli } from './run.ts'
