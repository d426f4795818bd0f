import type { Command } from 'commander'
import { loadConfig, problemText, type Loaded } from '../../config/index.ts'
import { configPathOf } from '../client/target.ts'
import { withConfig, withJson, type ConfigOption, type Context, type JsonOption } from '../context.ts'
import { endWith, EXIT } from '../exit.ts'
import { counted } from '../output/words.ts'

export function addValidate(program: Command, context: Context): void {
  withJson(withConfig(program.command('validate')))
    .description('check the configuration: everything that is wrong with it, at once')
    .option('--strict', 'end with 2 for warnings too')
    .argument('[file]', 'configuration file; the same as --config')
    .action(async (file: string | undefined, options: ConfigOption & JsonOption & { strict?: boolean }) => {
      const path = file ?? configPathOf(options, context.io.env)
      const loaded = await loadConfig(path, context.io.env)
      const problems = loaded.ok ? [] : loaded.problems
      if (options.json) context.screen.json({ ok: loaded.ok, file: path, problems, warnings: loaded.warnings })
      else show(context, path, loaded)
      if (!loaded.ok || (options.strict && loaded.warnings.length > 0)) throw endWith(EXIT.usage)
    })
}

function show({ screen }: Context, path: string, loaded: Loaded): void {
  const { colors } = screen
  const problems = loaded.ok ? [] : loaded.problems
  for (const problem of problems) screen.line(`${colors.red('error')} ${problemText(problem)}`)
  for (const warning of loaded.warnings) screen.line(`${colors.yellow('warning')} ${problemText(warning)}`)
  const counts = [
    problems.length > 0 && counted(problems.length, 'error'),
    loaded.warnings.length > 0 && counted(loaded.warnings.length, 'warning'),
  ].filter(Boolean)
  if (loaded.ok) {
    const { pools, fleets, sources } = loaded.config
    const what = [counted(sources.length, 'source'), counted(fleets.length, 'fleet'), counted(pools.length, 'pool')]
    screen.line(`${colors.green('✔')} ${path} is valid: ${[...what, ...counts].join(', ')}.`)
  } else screen.line(`${colors.red('✘')} ${path}: ${counts.join(', ')}.`)
}
