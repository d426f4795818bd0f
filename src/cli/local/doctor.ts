import type { Command } from 'commander'
import { configPathOf } from '../client/target.ts'
import type { Finding } from '../commands.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { endWith, EXIT } from '../exit.ts'
import { plainData } from '../output/plain.ts'
import { counted } from '../output/words.ts'
import { requireConfig } from '../require-config.ts'

export function addDoctor(program: Command, context: Context): void {
  withRemote(program.command('doctor'))
    .description('what is wrong with engines, images, permissions, clocks and webhooks, and how to mend it')
    .addHelpText('after', '\nLooks by itself, from here; with --url the service is asked to look, from where it runs.')
    .action(async (options: RemoteOptions) => {
      const findings = await examine(context, options)
      if (options.json) context.screen.json({ findings })
      else show(context, plainData(findings))
      if (findings.some((finding) => finding.level === 'error')) throw endWith(EXIT.failure)
    })
}

async function examine(context: Context, options: RemoteOptions): Promise<readonly Finding[]> {
  if (options.url !== undefined) return (await context.connect(options)).api.doctor()
  const configPath = configPathOf(options, context.io.env)
  await requireConfig(context, configPath)
  return context.commands.doctor({ configPath, env: context.io.env })
}

function show({ screen }: Context, findings: readonly Finding[]): void {
  const { colors } = screen
  const marks = { ok: colors.green('✔'), warning: colors.yellow('!'), error: colors.red('✘') }
  for (const { about, level, finding, mend } of findings) {
    screen.line(`${marks[level]} ${colors.bold(about)}: ${finding}`)
    if (mend !== undefined) screen.line(`    ${mend}`)
  }
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length
  screen.line(`${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${count('ok')} well.`)
}
