import Docker from 'dockerode'
import { readFile } from 'node:fs/promises'
import { labels, organization, repositories } from '../../src/demo/acme.ts'
import type { Job } from '../../src/demo/github/index.ts'
import { setStage, type Stage } from '../../src/demo/stage.ts'
import { newId } from '../../src/kit/ids.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { findEngine } from '../../src/runtimes/docker/connection/find-engine.ts'
import { freePort, startProcess } from '../e2e/service/process.ts'
import { until } from '../e2e/service/until.ts'
import { quantile, rounded, type Benchmark } from './benchmark.ts'

const rounds = 5

/** Of one job that found no machine at all, in milliseconds. */
interface Times {
  /** From the job being queued to it running on the new machine. */
  readonly total: number
  /** Until the machine was decided on and stored; */
  readonly decide: number
  /** until its provider had accepted it; */
  readonly create: number
  /** until its engine answered and its bootstrap had ended; */
  readonly boot: number
  /** until the job ran: the image came, the machine's isolation was proved, the agent registered and took the job. */
  readonly start: number
}

/**
 * From no machine to the first job that runs on one: machines are containers, each cold, but made from an image that
 * the host has.
 */
export const scale: Benchmark = {
  goals: {},
  run: async (say) => {
    const engine = await findEngine(process.env, systemClock)
    if (!engine.found || engine.endpoint.kind !== 'unix') throw new Error('the bench needs an engine on a socket')
    const { path } = engine.endpoint
    const [publicPort, adminPort] = [await freePort(), await freePort()]
    const stage = await setStage({
      docker: new Docker({ socketPath: path }),
      engineUrl: `unix://${path}`,
      owner: `bench-${newId(6)}`,
      seed: 1,
      config: { publicPort, adminPort, machines: 1 },
    })
    stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
    const service = await startProcess(stage.configPath)
    try {
      return figuresOf(await measure(stage, `http://127.0.0.1:${adminPort}`, say))
    } finally {
      await service.stop()
      await stage.clear()
    }
  },
}

async function measure(stage: Stage, adminUrl: string, say: (line: string) => void): Promise<Times[]> {
  const all: Times[] = []
  // The first round makes the image of machines, if that is not there yet.
  for (let round = 0; round <= rounds; round++) {
    const times = await oneRound(stage, adminUrl)
    say(`${round === 0 ? 'warm-up' : `round ${round}`}: ${JSON.stringify(times)}`)
    if (round > 0) all.push(times)
    await until(async () => (await stage.left()) === 0, stage.github)
  }
  return all
}

async function oneRound(stage: Stage, adminUrl: string): Promise<Times> {
  const job = stage.github.submit({ repository: `${organization}/${repositories[0]}`, labels, script: 'true' })
  await until(() => job.startedAt !== undefined, stage.github)
  const { createdAt, acceptedAt, readyAt } = await newestMachine(stage, adminUrl)
  return { ...timesOf(job, createdAt, acceptedAt, readyAt) }
}

function timesOf(job: Job, decidedAt: number, acceptedAt: number, readyAt: number): Times {
  const startedAt = job.startedAt ?? NaN
  return {
    total: startedAt - job.createdAt,
    decide: decidedAt - job.createdAt,
    create: acceptedAt - decidedAt,
    boot: readyAt - acceptedAt,
    start: startedAt - readyAt,
  }
}

async function newestMachine(stage: Stage, adminUrl: string) {
  const token = (await readFile(`${stage.directory}/slipway.db.token`, 'utf8')).trim()
  const answer = await fetch(`${adminUrl}/api/v1/machines`, { headers: { authorization: `Bearer ${token}` } })
  const { machines } = (await answer.json()) as { machines: MachineAnswer[] }
  const [newest] = machines.sort((a, b) => b.createdAt - a.createdAt)
  const { acceptedAt, readyAt } = newest?.made ?? {}
  if (!newest || acceptedAt === undefined || readyAt === undefined) throw new Error('no machine that we made is ready')
  return { createdAt: newest.createdAt, acceptedAt, readyAt }
}

interface MachineAnswer {
  readonly createdAt: number
  readonly made?: { readonly acceptedAt?: number; readonly readyAt?: number }
}

function figuresOf(all: readonly Times[]): Record<string, number> {
  const middle = (of: (times: Times) => number) => rounded(quantile(all.map(of), 0.5), 0)
  return {
    total_ms: middle(({ total }) => total),
    decide_ms: middle(({ decide }) => decide),
    create_ms: middle(({ create }) => create),
    boot_ms: middle(({ boot }) => boot),
    start_ms: middle(({ start }) => start),
    rounds,
  }
}
