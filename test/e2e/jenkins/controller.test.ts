import Docker from 'dockerode'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { reachableAddress } from '../../../src/demo/reach.ts'
import { newId } from '../../../src/kit/ids.ts'
import { localEngine } from '../runtime/machine.ts'
import { freePort, startProcess, type ServiceProcess } from '../service/process.ts'
import { startController, type Controller } from './controller.ts'

/** The war of any release, and an image with Java and an agent: `agent-images/jenkins`, or the public one. */
const { JENKINS_WAR: war = '', JENKINS_AGENT_IMAGE: image = '' } = process.env
const given = war !== '' && image !== ''
const PATIENCE = { timeout: 90_000, interval: 200 }

const job = `<project>
  <assignedNode>linux &amp;&amp; docker</assignedNode><canRoam>false</canRoam>
  <builders><hudson.tasks.Shell><command>sleep 3; echo "built by $NODE_NAME"</command></hudson.tasks.Shell></builders>
</project>`

interface Nodes {
  readonly computer: readonly { readonly displayName: string }[]
}

/** Slipway with that controller as its only source, on the engine of this machine. */
async function startSlipway(controller: Controller, owner: string, engineUrl: string): Promise<ServiceProcess> {
  const { url, user, token } = controller
  const size = { cpu: 16, memory: '16Gi', disk: '100Gi' }
  const config = {
    owner,
    server: { public: { listen: `127.0.0.1:${await freePort()}` }, admin: { listen: `127.0.0.1:${await freePort()}` } },
    store: { path: './slipway.db' },
    sources: [{ kind: 'jenkins', name: 'jenkins', url, user, token }],
    fleets: [{ name: 'local', provider: 'static', hosts: [{ name: 'here', url: engineUrl, size }] }],
    pools: [
      {
        name: 'builds',
        serves: [{ source: 'jenkins' }],
        labels: ['linux', 'docker'],
        fleets: ['local'],
        image,
        resources: { cpu: 1, memory: '512Mi', disk: '1Gi' },
        isolation: { acceptUnverified: true },
      },
    ],
  }
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'))
  await writeFile(join(directory, 'slipway.yaml'), stringify(config))
  const service = await startProcess(join(directory, 'slipway.yaml'))
  const over = () => rm(directory, { recursive: true, force: true })
  return {
    ...service,
    kill: () => service.kill().then(over),
    stop: async () => {
      const code = await service.stop()
      await over()
      return code
    },
  }
}

// Said loudly by its name: nothing is proved where it is skipped.
describe.skipIf(!given)('a real Jenkins, of JENKINS_WAR (a file) and JENKINS_AGENT_IMAGE (on the engine)', () => {
  it('has its builds done by agents of one build each, and nothing is left', { timeout: 400_000 }, async () => {
    const engine = await localEngine()
    if (engine.kind !== 'unix') throw new Error('the test needs an engine on a socket')
    const docker = new Docker({ socketPath: engine.path })
    const owner = `test-${newId(6)}`
    const filters = { label: [`slipway.owner=${owner}`] }
    await using controller = await startController(war, await reachableAddress(docker))
    process.stderr.write(`Jenkins ${controller.version} of ${war}, agents of ${image}\n`)
    const service = await startSlipway(controller, owner, `unix://${engine.path}`)
    const nodes = async () =>
      (await controller.json<Nodes>('computer/api/json')).computer.map((node) => node.displayName)
    const cleared = () =>
      vi.waitFor(async () => {
        expect(await nodes()).toEqual(['Built-In Node', 'slipway-labels-1', 'slipway-labels-2'])
        expect(await docker.listContainers({ all: true, filters })).toEqual([])
      }, PATIENCE)
    try {
      await controller.post('createItem?name=app', 'application/xml', job)
      await controller.post('job/app/build', 'text/plain', '')
      await vi.waitFor(
        async () => expect(await controller.text('job/app/1/consoleText')).toMatch(/^Finished: /m),
        PATIENCE,
      )
      expect(await controller.text('job/app/1/consoleText')).toMatch(
        new RegExp(`^built by slipway-${owner}-.*\\nFinished: SUCCESS$`, 'm'),
      )
      await cleared()

      await controller.run(new URL('step.groovy', import.meta.url))
      const step = await vi.waitFor(async () => {
        const written = await controller.file('slipway-step')
        expect(written).toBeDefined()
        return written
      }, PATIENCE)
      expect(step).toMatch(new RegExp(`^slipway-${owner}-\\S+ 0$`))
      await cleared()
      expect(service.output()).not.toContain(controller.token)
      expect(await service.stop()).toBe(0)
    } finally {
      await service.kill()
      for (const { Id } of await docker.listContainers({ all: true, filters }))
        await docker.getContainer(Id).remove({ force: true, v: true })
      for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove()
    }
  })
})
