import type { Command } from 'commander'
import type { MachineView } from '../client/types.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { formatCpu, roundBytes } from '../../kit/units.ts'
import type { Colors } from '../output/screen.ts'
import { since } from '../output/words.ts'

interface MachinesOptions extends RemoteOptions {
  readonly fleet?: string
}

export function addMachines(program: Command, context: Context): void {
  withRemote(program.command('machines'))
    .description('machines, and what is used of them')
    .option('--fleet <name>', 'only those of this fleet')
    .action(async (options: MachinesOptions) => {
      const { api } = await context.connect(options)
      const machines = (await api.machines()).filter(
        (machine) => options.fleet === undefined || machine.fleet === options.fleet,
      )
      if (options.json) context.screen.json({ machines })
      else show(context, machines)
    })
}

function show({ screen, io }: Context, machines: readonly MachineView[]): void {
  if (machines.length === 0) return screen.line('No such machines.')
  const now = io.clock.wall()
  screen.table(
    ['MACHINE', 'FLEET', 'STATE', 'AGENTS', 'CPU', 'MEMORY', 'DISK', 'ISOLATION', 'SEEN', ''],
    machines.map((machine) => [
      machine.key,
      machine.fleet,
      stateText(machine, screen.colors),
      machine.agents,
      `${formatCpu(machine.used.milliCpu)}/${formatCpu(machine.allocatable.milliCpu)}`,
      `${roundBytes(machine.used.memory)}/${roundBytes(machine.allocatable.memory)}`,
      `${roundBytes(machine.used.disk)}/${roundBytes(machine.allocatable.disk)}`,
      machine.isolation === 'unverified' ? screen.colors.yellow(machine.isolation) : machine.isolation,
      `${since(machine.seenAt, now)} ago`,
      noteOf(machine, now),
    ]),
  )
}

/** A cordoned machine that still has agents is draining. */
function stateText({ state, cordon, agents }: MachineView, colors: Colors): string {
  if (cordon && state === 'ready') return colors.yellow(agents > 0 ? 'draining' : 'drained')
  return state === 'ready'
    ? colors.green(state)
    : state === 'unreachable' || state === 'failed'
      ? colors.red(state)
      : state
}

function noteOf({ cordon, detail, isolation, isolationDetail }: MachineView, now: number): string {
  const notes = [
    cordon && `cordoned by ${cordon.by} ${since(cordon.at, now)} ago: ${cordon.reason}`,
    detail,
    isolation === 'unverified' ? isolationDetail : undefined,
  ]
  return notes.filter(Boolean).join('; ')
}
