import { join } from 'node:path'
import type { DemoOptions } from '../../cli/index.ts'
import { loadConfig, problemText } from '../../config/index.ts'
import { submitBurst } from '../../demo/burst.ts'
import { setStage, type Stage } from '../../demo/stage.ts'
import { startTraffic } from '../../demo/traffic.ts'
import { isGood, summarize, summaryText } from '../../demo/summary.ts'
import { createView, machinesOf, type DemoView } from '../../demo/view.ts'
import { newId } from '../../kit/ids.ts'
import { createLogger } from '../../kit/log.ts'
import { systemClock as clock } from '../../kit/system-clock.ts'
import { fileSink } from '../file-sink.ts'
import { needEngine } from '../machines/need-engine.ts'
import { startService, type Service } from '../service.ts'
import { openConsole } from './open-console.ts'
import { tryMachine } from './try-machine.ts'

/** The network that the demo's webhooks go through. */
const network = { drop: 0.1, duplicate: 0.1, reorder: 0.2, delayMs: [5, 150], heldBackMs: [200, 1500] } as const

/** Quicker than usual, so that what went missing, and what came to be, is found within the demo's minute. */
const intervals = { recover: 4000, resync: 10_000, registrations: 5000, machines: 1000 }

const mostMachines = 3

const drawEveryMs = 200

/**
 * The real service, a stand-in for GitHub, a burst of jobs in real containers on machines that come and go. The exit
 * code: 0 if all went well.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { json, stdout, isTty, signal, seed = 1, jobs = 40 } = options
  const view = createView(stdout, isTty, json)
  const engine = await needEngine(options)
  view.say(`Engine: ${engine.words}`)
  const owner = `demo-${newId(6)}`
  const machines = await machinesFor({ engineUrl: engine.engineUrl, owner, clock, signal }, view)
  const stage = await setStage({
    ...engine,
    owner,
    seed,
    github: { webhooks: network },
    config: { machines, rich: options.open },
  })
  view.say(`Agent image: ${stage.image}, made of ${stage.madeOf}`)
  let service: Service | undefined
  try {
    service = await startStaged(stage)
    stage.github.setWebhookUrl(`${service.publicUrl}/hooks/github/github`)
    view.say(`Slipway: ${service.adminUrl}, GitHub's stand-in: ${stage.github.url}`)
    if (options.open) return await stayBusy(stage, service, view, options, seed)
    view.say(`${jobs} jobs come in at once.`)
    const code = await perform(stage, service, view, options, jobs, seed)
    if (options.keepOpen && !signal.aborted) await untilAborted(stage, service, view, signal)
    return code
  } finally {
    view.done()
    await service?.stop({ drain: false })
    await stage.clear()
  }
}

/** How many machines may come: none where a container can't run an engine, and then the view says so. */
async function machinesFor(place: Parameters<typeof tryMachine>[0], view: DemoView): Promise<number> {
  const problem = await tryMachine(place)
  if (problem === undefined) {
    view.say(`Machines: up to ${mostMachines}, each a container with an engine of its own`)
    return mostMachines
  }
  if (!place.signal.aborted)
    view.say(`Machines: none, agents run on the engine itself, for it can't have machines as containers: ${problem}`)
  return 0
}

async function startStaged(stage: Stage): Promise<Service> {
  const loaded = await loadConfig(stage.configPath, {})
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problemText(problem)).join('\n'))
  const destination = fileSink(join(stage.directory, 'slipway.log'))
  const logger = createLogger({ level: 'info', pretty: false, destination })
  return startService(loaded.config, { clock, logger, intervals })
}

async function perform(
  stage: Stage,
  service: Service,
  view: DemoView,
  { json, stdout, signal }: DemoOptions,
  jobs: number,
  seed: number,
): Promise<number> {
  const from = clock.monotonic()
  const seconds = (): number => (clock.monotonic() - from) / 1000
  submitBurst(stage.github, jobs, seed)
  let most = 0
  while (!signal.aborted && !(await isQuiet(stage, service))) {
    const status = await service.operations.status()
    most = Math.max(most, machinesOf(status).there)
    view.draw(status, stage.github, seconds())
    await pause(drawEveryMs, signal)
  }
  view.draw(await service.operations.status(), stage.github, seconds())
  view.done()
  const made = await service.operations.journal({ kind: 'start-agent', limit: 10_000 })
  const containers = new Set(made.filter((entry) => entry.outcome === 'intended').map((entry) => entry.subject))
  const remains = await stage.remains()
  const summary = summarize(stage.github, { seconds: seconds(), made: containers.size, most, remains })
  if (json) stdout.write(`${JSON.stringify(summary)}\n`)
  else if (signal.aborted) view.say('Stopped; everything is cleaned up.')
  else view.say(summaryText(summary))
  return isGood(summary) ? 0 : 1
}

/** All jobs are over, and Slipway has taken everything away again. */
async function isQuiet(stage: Stage, service: Service): Promise<boolean> {
  if (stage.github.jobs().some((job) => job.status !== 'completed') || stage.github.runners().length > 0) return false
  const { jobs } = await service.operations.status()
  const agents = await service.operations.agents()
  return jobs.queued + jobs.running + agents.length === 0 && (await stage.left()) === 0
}

async function untilAborted(stage: Stage, service: Service, view: DemoView, signal: AbortSignal): Promise<void> {
  view.say(
    `It stays up until Ctrl-C. Look at it with: slipway status --config ${stage.configPath} --url ${service.adminUrl}`,
  )
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

/** Nothing to prove here: jobs come and go for who looks at the console. */
async function stayBusy(
  stage: Stage,
  service: Service,
  view: DemoView,
  { env, signal }: DemoOptions,
  seed: number,
): Promise<number> {
  await openConsole(service, view, env)
  view.say('Jobs go on coming until Ctrl-C.')
  const stop = startTraffic(stage.github, clock, seed)
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  stop()
  view.say('Stopped; everything is cleaned up.')
  return 0
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.timer(ms, resolve)
    signal.addEventListener(
      'abort',
      () => {
        cancel()
        resolve()
      },
      { once: true },
    )
  })
}
