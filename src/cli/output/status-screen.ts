import { roundDuration } from '../../kit/units.ts'
import type { PoolView, Status, WaitGroup } from '../client/types.ts'
import type { StatusProblem } from './problems.ts'
import type { Colors, Screen } from './screen.ts'
import { counted, requirementText } from './words.ts'

interface View {
  readonly problems: readonly StatusProblem[]
  readonly url: string
  readonly now: number
}

const GAUGE = 10
const MOST_WAITS = 12

/** The verdict first, then what supports it: pools, machines, waits, and problems last, next to the prompt. */
export function showStatus(screen: Screen, status: Status, { problems, url, now }: View): void {
  const { colors } = screen
  const up = roundDuration(now - status.startedAt)
  screen.line(`${colors.bold(`Slipway ${status.owner}`)} ${colors.dim(`${status.version}, up ${up}, ${url}`)}`)
  screen.line(`${verdict(problems, colors)} ${colors.dim('·')} ${summary(status)}`)

  screen.line()
  screen.table(
    ['POOL', 'QUEUED', 'STARTING', 'IDLE', 'RUNNING', 'ENDING', 'STANDBY', 'AGENTS', ''],
    status.pools.map((pool) => poolRow(pool, colors)),
  )

  if (status.waits.length > 0) showWaits(screen, status.waits)
  if (problems.length === 0) return
  screen.line()
  screen.line(colors.bold('Problems'))
  for (const { about, problem } of problems) screen.line(`  ${colors.red('!')} ${colors.bold(about)}: ${problem}`)
}

function verdict(problems: readonly StatusProblem[], colors: Colors): string {
  return problems.length === 0 ? colors.green('✔ all is well') : colors.red(`✘ ${counted(problems.length, 'problem')}`)
}

function summary({ jobs, machines, pools }: Status): string {
  const agents = pools.reduce((all, pool) => all + total(pool.agents), 0)
  const states = Object.entries(machines).filter(([, count]) => count > 0)
  const machineText = states.length > 0 ? states.map(([state, count]) => `${count} ${state}`).join(', ') : 'none'
  const waiting = jobs.waiting > 0 ? `, ${jobs.waiting} held by their source` : ''
  return `${counted(jobs.queued, 'job')} queued, ${jobs.running} running${waiting} · ${counted(agents, 'agent')} · machines: ${machineText}`
}

function poolRow(pool: PoolView, colors: Colors) {
  const { agents } = pool
  const live = total(agents)
  return [
    pool.broken === undefined ? pool.name : colors.red(pool.name),
    pool.queued,
    sum(agents, ['requested', 'activating']),
    sum(agents, ['idle']),
    sum(agents, ['running']),
    sum(agents, ['dismissing', 'draining', 'ending']),
    pool.standby,
    `${live}/${pool.limit} ${gauge(live, pool.limit)}`,
    pool.broken === undefined ? '' : colors.red('broken'),
  ]
}

/** Jobs that hold each other up are the news; a long tail of groups is cut. */
function showWaits(screen: Screen, waits: readonly WaitGroup[]): void {
  const { colors } = screen
  const largest = [...waits].sort((a, b) => b.count - a.count)
  screen.line()
  screen.line(colors.bold('Waiting'))
  for (const group of largest.slice(0, MOST_WAITS)) {
    const who = `${counted(group.count, 'job')} of ${group.scope} for ${requirementText(group.requirement)}`
    screen.line(`  ${who}: ${group.reason}`)
    screen.line(colors.dim(`    next: ${group.next}`))
  }
  const rest = largest.length - MOST_WAITS
  if (rest > 0) screen.line(colors.dim(`  and ${rest} more groups: --json has them all`))
}

function gauge(count: number, limit: number): string {
  const filled = limit > 0 ? Math.min(GAUGE, Math.ceil((count / limit) * GAUGE)) : 0
  return '█'.repeat(filled) + '░'.repeat(GAUGE - filled)
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce((all, [state, count]) => (state === 'gone' ? all : all + count), 0)
}

function sum(counts: Readonly<Record<string, number>>, states: readonly string[]): number {
  return states.reduce((all, state) => all + (counts[state] ?? 0), 0)
}
