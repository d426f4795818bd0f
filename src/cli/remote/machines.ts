import type { Command } from 'commander'
import type { MachineView } from '../client/types.ts'
import { withRemote, type Context, type RemoteOptions } from '../context.ts'
import { formatCpu, roundBytes } from '../../kit/units.ts'
import type { Cell, Colors } from '../output/screen.ts'
import { costText } from '../output/money.ts'
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

/** One column: its head, and what stands in it. */
type Column = readonly [head: string, cell: (machine: MachineView) => Cell]

function show({ screen, io }: Context, machines: readonly MachineView[]): void {
  if (machines.length === 0) return screen.line('No such machines.')
  const now = io.clock.wall()
  const made = machines.some((machine) => machine.made !== undefined)
  const columns: readonly Column[] = [
    ['MACHINE', (machine) => machine.key],
    ['FLEET', (machine) => machine.fleet],
    ['STATE', (machine) => stateText(machine, screen.colors)],
    ...(made ? lifeColumns(now) : []),
    ['AGENTS', (machine) => machine.agents],
    ['CPU', ({ used, allocatable }) => `${formatCpu(used.milliCpu)}/${formatCpu(allocatable.milliCpu)}`],
    ['MEMORY', ({ used, allocatable }) => `${roundBytes(used.memory)}/${roundBytes(allocatable.memory)}`],
    ['DISK', ({ used, allocatable }) => `${roundBytes(used.disk)}/${roundBytes(allocatable.disk)}`],
    ['ISOLATION', ({ isolation }) => (isolation === 'unverified' ? screen.colors.yellow(isolation) : isolation)],
    ['SEEN', ({ seenAt }) => `${since(seenAt, now)} ago`],
    ...(made ? moneyColumns(now) : []),
    ['', (machine) => noteOf(machine, now)],
  ]
  screen.table(
    columns.map(([head]) => head),
    machines.map((machine) => columns.map(([, cell]) => cell(machine))),
  )
}

/** Of machines that Slipway made. */
function lifeColumns(now: number): readonly Column[] {
  return [
    ['SIZE', ({ made }) => made && [made.sizeName, made.location, made.spot && 'spot'].filter(Boolean).join(' ')],
    ['AGE', ({ made, createdAt }) => made && since(createdAt, now)],
  ]
}

function moneyColumns(now: number): readonly Column[] {
  return [
    ['PER HOUR', (machine) => machine.made && priceText(machine, now)],
    ['COST', ({ cost, made }) => made && (cost ? costText(cost) : '?')],
    ['GOES', ({ goes }) => goes],
  ]
}

/** Told with its age once it is old; `?` where nobody knows it. */
function priceText({ price, priceAt, priceStale }: MachineView, now: number): string {
  if (!price) return '?'
  const text = costText({ nanos: price.nanosPerHour, currency: price.currency })
  return priceStale ? `${text} (read ${since(priceAt, now)} ago)` : text
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

function noteOf({ made, cordon, detail, isolation, isolationDetail }: MachineView, now: number): string {
  const notes = [
    made && `made because ${made.reason}`,
    cordon && `cordoned by ${cordon.by} ${since(cordon.at, now)} ago: ${cordon.reason}`,
    detail,
    isolation === 'unverified' ? isolationDetail : undefined,
  ]
  return notes.filter(Boolean).join('; ')
}
