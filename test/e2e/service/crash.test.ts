import Docker from 'dockerode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { submitBurst } from '../../../src/demo/burst.ts'
import { createRandom } from '../../../src/demo/github/random.ts'
import { setStage, type Stage } from '../../../src/demo/stage.ts'
import { findEngine } from '../../../src/runtimes/docker/connection/find-engine.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'
import { newId } from '../../../src/kit/ids.ts'
import { until } from './until.ts'
import { freePort, startProcess, type ServiceProcess } from './process.ts'

const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? systemClock.wall() % 100_000)
const jobs = 60
const kills = 10

let stage: Stage
let publicPort: number

beforeAll(async () => {
  const engine = await findEngine(process.env, systemClock)
  if (!engine.found || engine.endpoint.kind !== 'unix') throw new Error('the test needs an engine on a socket')
  const { path } = engine.endpoint
  publicPort = await freePort()
  const adminPort = await freePort()
  stage = await setStage({
    docker: new Docker({ socketPath: path }),
    engineUrl: `unix://${path}`,
    // Of its own, so that two runs on one engine don't sweep each other's containers.
    owner: `test-${newId(6)}`,
    seed,
    config: { publicPort, adminPort, agents: 8, standby: 1 },
  })
  stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
})

afterAll(() => stage.clear())

/** Which assignment to wait for before each kill: spread over the burst, at moments that the seed chooses. */
function killPoints(): number[] {
  const random = createRandom(seed)
  const points = new Set<number>()
  while (points.size < kills) points.add(Math.floor(random.between([0, jobs - 5])))
  return [...points].sort((a, b) => a - b)
}

test(`${jobs} jobs, the service killed ${kills} times (seed ${seed}): each runs exactly once, nothing is left`, async () => {
  let service: ServiceProcess = await startProcess(stage.configPath)
  submitBurst(stage.github, jobs, seed)
  const started = () => stage.github.jobs().filter((job) => job.starts.length > 0).length
  for (const point of killPoints()) {
    await until(() => started() >= point, stage.github)
    await service.kill()
    service = await startProcess(stage.configPath)
  }
  await stage.github.settled()
  await until(async () => stage.github.runners().length === 0 && (await stage.left()) <= 1, stage.github)
  expect(await service.stop()).toBe(0)

  for (const job of stage.github.jobs()) {
    expect(job.starts, `${job.name} was begun`).toHaveLength(1)
    expect(job.conclusion, job.name).toBe('success')
  }
  // One standby container is what the configuration wants; --drain takes that away as well.
  service = await startProcess(stage.configPath, ['--drain'])
  expect(await service.stop()).toBe(0)
  expect(await stage.left()).toBe(0)
  expect(stage.github.runners()).toEqual([])
})
