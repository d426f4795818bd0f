import { loadConfig, problemText, type Loaded } from '../config/index.ts'
import type { Context } from './context.ts'
import { CliError, EXIT } from './exit.ts'

/** The configuration, for commands that can't do without; its problems end the command. */
export async function requireConfig({ io }: Context, path: string): Promise<Extract<Loaded, { ok: true }>> {
  const loaded = await loadConfig(path, io.env)
  if (loaded.ok) return loaded
  const problems = loaded.problems.map(problemText)
  throw new CliError(EXIT.usage, 'bad_config', `the configuration ${path} can't be used`, { problems })
}
