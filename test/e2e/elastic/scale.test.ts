import Docker from 'dockerode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { submitBurst } from '../../../src/demo/burst.ts'
import { createRandom } from '../../../src/demo/github/random.ts'
import { setStage, type Stage } from '../../../src/demo/stage.ts'
import { newId } from '../../../src/kit/ids.ts'
import { systemClock } from '../../../src/kit/system-clock.ts'
import { localEngine } from '../runtime/machine.ts'
import { freePort, startProcess, type ServiceProcess } from '../service/process.ts'
import { until } from '../service/until.ts'

const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? systemClock.wall() % 100_000)
const jobs = 60
const kills = 6
const machines = 3

/** An agent whose registration is gone, and that says nothing, is left alone for a minute and a half. */
const patience = 420_000

let stage: Stage
let service: ServiceProcess | undefined

beforeAll(async () => {
  const engine = await localEngine()
  if (engine.kind !== 'unix') throw new Error('the test needs an engine on a socket')
  const publicPort = await freePort()
  stage = await setStage({
    docker: new Docker({ socketPath: engine.path }),
    engineUrl: `unix://${engine.path}`,
    // Of its own, so that two runs on one engine don't sweep each other's machines.
    owner: `test-${newId(6)}`,
    seed,
    config: { publicPort, adminPort: await freePort(), agents: 12, machines },
  })
  stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
})

afterAll(async () => {
  await service?.kill()
  await stage.clear()
})

/** After how many begun jobs each kill comes: spread over the burst, the first while no machine is there yet. */
function killPoints(): number[] {
  const random = createRandom(seed)
  const points = new Set([0])
  while (points.size < kills) points.add(Math.floor(random.between([1, jobs - 5])))
  return [...points].sort((a, b) => a - b)
}

test(
  `0 → ${machines} → 0 machines under ${jobs} jobs, the service killed ${kills} times (seed ${seed})`,
  async () => {
    service = await startProcess(stage.configPath)
    let most = 0
    const started = () => stage.github.jobs().filter((job) => job.starts.length > 0).length
    const look = async () => {
      most = Math.max(most, await stage.left())
    }
    submitBurst(stage.github, jobs, seed)
    for (const point of killPoints()) {
      await until(async () => {
        await look()
        // The first kill comes as soon as a machine was begun.
        return point === 0 ? most > 0 : started() >= point
      }, stage.github)
      await service.kill()
      service = await startProcess(stage.configPath)
    }
    await until(async () => {
      await look()
      return stage.github.jobs().every((job) => job.status === 'completed')
    }, stage.github)
    await until(async () => stage.github.runners().length === 0 && (await stage.left()) === 0, stage.github)

    for (const job of stage.github.jobs()) {
      expect(job.starts, `${job.name} was begun`).toHaveLength(1)
      expect(job.conclusion, job.name).toBe('success')
    }
    expect(most).toBe(machines)
    await until(async () => (await stage.remains()).networks === 0, stage.github)
    expect(await stage.remains()).toEqual({ containers: 0, networks: 0, volumes: 0 })
    expect(await service.stop()).toBe(0)
  },
  patience,
)
