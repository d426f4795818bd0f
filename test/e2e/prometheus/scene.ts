import { readFile, writeFile } from 'node:fs/promises'
import { parse, stringify } from 'yaml'
import { labels, organization, repositories } from '../../../src/demo/acme.ts'
import type { Stage } from '../../../src/demo/stage.ts'

interface Settings {
  fleets: { name: string; limits?: object }[]
  pools: object[]
}

/**
 * What it takes that nothing stays at nothing: beside the fleet whose machines come and go, one that can't make any, a
 * standby container, an image that is nowhere, prices that are known and unknown, a budget that is soon spent.
 */
export async function addTrouble(stage: Stage, engineUrl: string): Promise<void> {
  const config = parse(await readFile(stage.configPath, 'utf8')) as Settings
  const [machines] = config.fleets
  const [linux] = config.pools
  if (!machines || !linux) throw new Error('the stage has a fleet and a pool')
  machines.limits = { ...machines.limits, moneyPerDay: '100 USD/day' }
  const size = { cpu: 8, memory: '2Gi', disk: '20Gi' }
  const here = { name: 'local', provider: 'static', hosts: [{ name: 'here', url: engineUrl, size }] }
  const broken = {
    name: 'broken',
    provider: 'docker',
    engine: 'unix:///nonexistent/engine.sock',
    sizes: [{ name: 'small', cpu: 4, memory: '1Gi', disk: '4Gi' }],
  }
  const onHost = { ...linux, fleets: ['local'], isolation: { acceptUnverified: true } }
  await writeFile(
    stage.configPath,
    stringify({
      ...config,
      metrics: { perRepository: { enabled: true } },
      archive: { directory: { path: './logs' } },
      budgets: [{ pool: 'linux', limit: '0.000001 USD', period: 'day' }],
      fleets: [machines, here, broken],
      pools: [
        linux,
        { ...onHost, name: 'ready', labels: ['ready'], warm: { standby: 1 } },
        { ...onHost, name: 'nowhere', labels: ['nowhere'], image: 'localhost:1/nowhere:1' },
        { ...linux, name: 'unlucky', labels: ['unlucky'], fleets: ['broken'] },
      ],
    }),
  )
}

/** Every fourth job fails. */
export function submitLoad(stage: Stage, jobs: number): void {
  for (let at = 0; at < jobs; at++) submit(stage, labels, `sleep 1; exit ${at % 4 === 0 ? 1 : 0}`, at)
}

/** Jobs that wait for ever: nobody serves one, one's image is nowhere, one's machines can't be made. */
export function submitHopeless(stage: Stage): void {
  for (const label of ['nobody', 'nowhere', 'unlucky']) submit(stage, ['self-hosted', label], 'true')
}

function submit(stage: Stage, wanted: readonly string[], script: string, at = 0): void {
  const repository = `${organization}/${repositories[at % repositories.length] ?? ''}`
  stage.github.submit({ repository, labels: wanted, workflow: 'ci', name: `build ${at}`, script })
}
