import { createLogUpdate } from 'log-update'
import pc from 'picocolors'
import type { Status } from '../domain/ports/operations.ts'
import type { GithubStandIn, Job } from './github/index.ts'

interface Sink {
  write(text: string): unknown
}

/** What the demo shows while it runs: redrawn on a terminal, a line now and then elsewhere. */
export interface DemoView {
  say(text: string): void
  draw(status: Status, github: GithubStandIn, seconds: number): void
  done(): void
}

export function createView(out: Sink, isTty: boolean, quiet: boolean): DemoView {
  const screen = isTty && !quiet ? createLogUpdate(out as NodeJS.WriteStream) : undefined
  let last = ''
  return {
    say: (text) => void (quiet || out.write(`${text}\n`)),
    draw(status, github, seconds) {
      if (screen) return screen(picture(status, github, seconds))
      const line = oneLine(status, github)
      if (quiet || line === last) return
      last = line
      out.write(`${seconds.toFixed(0).padStart(4)} s  ${line}\n`)
    },
    done: () => screen?.done(),
  }
}

function oneLine(status: Status, github: GithubStandIn): string {
  const { queued, running, done } = counts(github.jobs())
  const { there, ready } = machinesOf(status)
  return `${queued} queued, ${running} running, ${done} done; ${there} machines, ${ready} ready`
}

/** Machines that cost something, and those that can take agents. */
export function machinesOf({ machines }: Status): { there: number; ready: number } {
  const gone = new Set(['gone', 'failed', 'requested'])
  const there = Object.entries(machines).reduce((sum, [state, count]) => (gone.has(state) ? sum : sum + count), 0)
  return { there, ready: machines['ready'] ?? 0 }
}

function counts(jobs: readonly Job[]): { queued: number; running: number; done: number } {
  const done = jobs.filter((job) => job.status === 'completed').length
  const running = jobs.filter((job) => job.status === 'in_progress').length
  return { queued: jobs.length - done - running, running, done }
}

function picture(status: Status, github: GithubStandIn, seconds: number): string {
  const jobs = github.jobs()
  const { queued, running, done } = counts(jobs)
  const dots = jobs.map(dot).join('')
  const pool = status.pools[0]
  const agents = Object.entries(pool?.agents ?? {}).map(([state, count]) => `${count} ${state}`)
  const machines = Object.entries(status.machines).map(([state, count]) => `${count} ${state}`)
  const hooks = github.webhooks()
  const reason = status.waits.filter(({ code }) => code !== 'starting').sort((a, b) => b.count - a.count)[0]
  return [
    '',
    `  ${pc.bold('jobs')}      ${dots}   ${seconds.toFixed(0)} s`,
    `            ${queued} queued, ${pc.cyan(`${running} running`)}, ${pc.green(`${done} done`)} of ${jobs.length}`,
    `  ${pc.bold('machines')}  ${machines.join(', ') || 'none'}`,
    `  ${pc.bold('agents')}    ${agents.join(', ') || 'none'} (limit ${pool?.limit ?? 0})`,
    `  ${pc.bold('webhooks')}  ${hooks.sent} sent, ${hooks.dropped} dropped, ${hooks.doubled} doubled, ${hooks.reordered} out of order, ${hooks.redelivered} recovered`,
    `  ${pc.bold('waiting')}   ${reason ? `${reason.count}: ${reason.reason}` : 'for nothing'}`,
    '',
  ].join('\n')
}

function dot(job: Job): string {
  if (job.status === 'in_progress') return pc.cyan('●')
  if (job.status !== 'completed') return pc.dim('·')
  return job.conclusion === 'success' ? pc.green('●') : pc.red('✖')
}
