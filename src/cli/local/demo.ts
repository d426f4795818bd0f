import type { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { withJson, type Context, type JsonOption } from '../context.ts'
import { endWith, EXIT } from '../exit.ts'
import { untilInterrupted } from '../interrupt.ts'

interface DemoCliOptions extends JsonOption {
  readonly installDocker?: boolean
  readonly keepOpen?: boolean
  readonly open?: boolean
  readonly jobs?: number
  readonly seed?: number
}

export function addDemo(program: Command, { commands, io }: Context): void {
  withJson(program.command('demo'))
    .description('the real service with a stand-in for GitHub: a burst of jobs in real containers, in about a minute')
    .option('--install-docker', 'where there is no container engine, install and start one (root on Debian or Ubuntu)')
    .option('--keep-open', 'stay after the summary until Ctrl-C')
    .option('--open', 'open the web console; stay until Ctrl-C, with jobs that go on coming')
    .option('--jobs <count>', 'how many jobs', wholeNumber(1, 1000))
    .option('--seed <number>', 'repeats the same course of events', wholeNumber(0, 2 ** 31))
    .action(
      async ({ installDocker = false, keepOpen = false, open = false, json = false, jobs, seed }: DemoCliOptions) => {
        const { env, isTty, stdout, stderr } = io
        const code = await untilInterrupted(io, (signal) =>
          commands.demo({ installDocker, keepOpen, open, json, jobs, seed, env, isTty, stdout, stderr, signal }),
        )
        if (code !== EXIT.ok) throw endWith(code)
      },
    )
}
