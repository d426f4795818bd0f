import { createAppAuth } from '@octokit/auth-app'
import Docker from 'dockerode'
import { readFile, writeFile } from 'node:fs/promises'
import { parse, stringify } from 'yaml'
import { ProbotOctokit } from 'probot'
import { labels, organization, repositories } from '../../src/demo/acme.ts'
import type { Job } from '../../src/demo/github/index.ts'
import { setStage, type Stage } from '../../src/demo/stage.ts'
import { newId } from '../../src/kit/ids.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { findEngine } from '../../src/runtimes/docker/connection/find-engine.ts'
import { freePort, startProcess } from '../e2e/service/process.ts'
import { until } from '../e2e/service/until.ts'
import { atMost, quantile, rounded, type Benchmark } from './benchmark.ts'

const pairs = 100
const burst = 40
const jitDelayMs = 300

/**
 * How much Slipway adds to what the engine and GitHub take anyway: from the webhook's last byte to the stand-in giving
 * the job to the connected agent, against the bare steps one after the other through the same client. JIT
 * configurations are answered after 300 ms on both sides.
 */
export const start: Benchmark = {
  goals: { ratio_p50: atMost(1.15), standby_ratio_p50: atMost(0.6) },
  run: async (say) => {
    const engine = await findEngine(process.env, systemClock)
    if (!engine.found || engine.endpoint.kind !== 'unix') throw new Error('the bench needs an engine on a socket')
    const docker = new Docker({ socketPath: engine.endpoint.path })
    const publicPort = await freePort()
    const stage = await setStage({
      docker,
      engineUrl: `unix://${engine.endpoint.path}`,
      owner: `bench-${newId(6)}`,
      seed: 1,
      github: { jitDelayMs },
      config: { publicPort, adminPort: await freePort(), agents: burst },
    })
    stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
    await addPool(stage)
    const service = await startProcess(stage.configPath)
    try {
      return await measure(stage, docker, say)
    } finally {
      await service.stop()
      await stage.clear()
    }
  },
}

/** A second pool, of another shape, with one standby container. */
async function addPool(stage: Stage): Promise<void> {
  const config = parse(await readFile(stage.configPath, 'utf8')) as { pools: object[] }
  const standby = {
    ...config.pools[0],
    name: 'ready',
    labels: [...labels, 'ready'],
    resources: { cpu: 1, memory: '65Mi', disk: '16Mi' },
    warm: { standby: 1 },
  }
  await writeFile(stage.configPath, stringify({ ...config, pools: [...config.pools, standby] }))
}

async function measure(stage: Stage, docker: Docker, say: (line: string) => void) {
  const bare = await createBare(stage, docker)
  const standing = () => until(async () => (await stage.left()) === 1, stage.github)
  const times = { cold: [] as number[], standby: [] as number[], bare: [] as number[] }
  await standing()
  // The first of each kind makes connections and warms caches.
  for (let round = -2; round < pairs; round++) {
    const cold = await throughSlipway(stage, [...labels])
    await standing()
    const straight = await bare.one()
    const ready = await throughSlipway(stage, [...labels, 'ready'])
    await standing()
    if (round < 0) continue
    times.cold.push(cold)
    times.bare.push(straight)
    times.standby.push(ready)
    if (round % 10 === 9)
      say(
        `${round + 1} pairs: ${words(times.cold)} Slipway, ${words(times.standby)} standby, ${words(times.bare)} bare`,
      )
  }
  const makespan = await burstThroughSlipway(stage)
  await standing()
  const bareMakespan = await bare.burst()
  say(`burst of ${burst}: ${Math.round(makespan)} ms Slipway, ${Math.round(bareMakespan)} ms bare`)
  return {
    ratio_p50: rounded(quantile(times.cold, 0.5) / quantile(times.bare, 0.5)),
    ratio_p95: rounded(quantile(times.cold, 0.95) / quantile(times.bare, 0.95)),
    standby_ratio_p50: rounded(quantile(times.standby, 0.5) / quantile(times.bare, 0.5)),
    makespan_ratio: rounded(makespan / bareMakespan),
    slipway_ms_p50: rounded(quantile(times.cold, 0.5), 0),
    standby_ms_p50: rounded(quantile(times.standby, 0.5), 0),
    bare_ms_p50: rounded(quantile(times.bare, 0.5), 0),
  }
}

function words(times: readonly number[]): string {
  return `${Math.round(quantile(times, 0.5))} ms`
}

function submit(stage: Stage, wanted: readonly string[], notify = true): Job {
  return stage.github.submit({
    repository: `${organization}/${repositories[0]}`,
    labels: wanted,
    script: 'true',
    notify,
  })
}

/** Milliseconds from the last byte of the job's webhook to its assignment. */
function throughSlipway(stage: Stage, wanted: readonly string[]): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  let sent = 0
  const undo = [
    stage.github.on('webhook-sent', ({ action, at, job: about }) => {
      if (about === job && action === 'queued') sent = at
    }),
    stage.github.on('job-assigned', ({ job: about, at }) => {
      if (about === job) resolve(at - sent)
    }),
  ]
  const job = submit(stage, wanted)
  return promise.finally(() => undo.forEach((each) => each()))
}

function burstThroughSlipway(stage: Stage): Promise<number> {
  return spanOf(stage, burst, () => {
    for (let i = 0; i < burst; i++) submit(stage, labels)
  })
}

/** Milliseconds from the first webhook (or from the beginning) to the last of `count` assignments. */
function spanOf(stage: Stage, count: number, begin: () => void): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  let first: number | undefined
  let assigned = 0
  const undo = [
    stage.github.on('webhook-sent', ({ at }) => void (first ??= at)),
    stage.github.on('job-assigned', ({ at }) => {
      if (++assigned === count) resolve(at - (first ?? from))
    }),
  ]
  const from = performance.now()
  begin()
  return promise.finally(() => undo.forEach((each) => each()))
}

/** The same steps with nothing around them: JIT configuration, create, start, connect. */
async function createBare(stage: Stage, docker: Docker) {
  const { id: appId, privateKey } = stage.github.app
  const installationId = stage.github.installations[0]?.id
  const octokit = new ProbotOctokit({
    authStrategy: createAppAuth,
    auth: { appId, privateKey, installationId },
    baseUrl: stage.github.url,
    // On by default, and it allows one write a second: a burst would measure that and nothing else.
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  })
  const bareLabels = ['self-hosted', 'bare']

  async function launch(): Promise<Docker.Container> {
    const { data } = await octokit.request('POST /orgs/{org}/actions/runners/generate-jitconfig', {
      org: organization,
      name: `bare-${newId()}`,
      runner_group_id: 1,
      labels: bareLabels,
    })
    const container = await docker.createContainer({
      Image: stage.image,
      Cmd: ['/usr/local/bin/slipway-demo-agent'],
      Env: [`ACTIONS_RUNNER_INPUT_JITCONFIG=${data.encoded_jit_config}`],
      Labels: { 'slipway-bench': stage.owner },
      HostConfig: {
        NetworkMode: `slipway-${stage.owner}`,
        Memory: 64 * 2 ** 20,
        NanoCpus: 1_000_000_000,
        PidsLimit: 4096,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Init: true,
      },
    })
    await container.start()
    return container
  }

  async function clear(containers: readonly Docker.Container[]): Promise<void> {
    await stage.github.settled()
    await Promise.all(containers.map((container) => removed(container)))
  }

  return {
    async one(): Promise<number> {
      const { promise, resolve } = Promise.withResolvers<number>()
      const job = submit(stage, bareLabels, false)
      const undo = stage.github.on('job-assigned', ({ job: about, at }) => about === job && resolve(at - from))
      const from = performance.now()
      const container = await launch()
      const ms = await promise
      undo()
      await clear([container])
      return ms
    },
    async burst(): Promise<number> {
      for (let i = 0; i < burst; i++) submit(stage, bareLabels, false)
      let launched: Promise<Docker.Container>[] = []
      const span = spanOf(stage, burst, () => {
        launched = Array.from({ length: burst }, launch)
      })
      const containers = await Promise.all(launched)
      const ms = await span
      await clear(containers)
      return ms
    },
  }
}

/** One that ends by itself at that moment is refused once. */
async function removed(container: Docker.Container): Promise<void> {
  const remove = () => container.remove({ force: true, v: true })
  await remove().catch(remove)
}
