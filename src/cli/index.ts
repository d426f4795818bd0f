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
export { runCli } from './run.ts'
