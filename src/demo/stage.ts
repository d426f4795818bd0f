import type Docker from 'dockerode'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildDemoAgentImage, dockerImageEngine } from './agent-image/index.ts'
import { createGithubStandIn, type GithubStandIn, type GithubStandInOptions } from './github/index.ts'
import { organization, repositories } from './acme.ts'
import { reachableAddress } from './reach.ts'
import { stageConfig, type StageConfig } from './stage-config.ts'

export interface StageOptions {
  readonly docker: Docker
  /** As a host of a fleet names it: `unix:///var/run/docker.sock`. */
  readonly engineUrl: string
  /** The owner id of the service that will run here: everything it makes carries it. */
  readonly owner: string
  readonly seed: number
  readonly github?: Partial<GithubStandInOptions>
  readonly config?: Partial<StageConfig>
}

/** All that Slipway needs around it: a GitHub, an agent image on the engine, a configuration that names both. */
export interface Stage {
  readonly github: GithubStandIn
  readonly owner: string
  readonly directory: string
  readonly configPath: string
  readonly image: string
  /** What the image was made of, in words. */
  readonly madeOf: string
  /** Containers on the engine that carry the owner, running or not. */
  left(): Promise<number>
  /** Removes whatever carries the owner from the engine, and the files. The agent image stays for the next time. */
  clear(): Promise<void>
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const { docker, engineUrl, owner, seed } = options
  const image = await buildDemoAgentImage(dockerImageEngine(docker, { 'slipway.owner': owner }))
  const host = await reachableAddress(docker)
  const installations = [{ account: organization, repositories: [...repositories] }]
  const github = await createGithubStandIn({ installations, seed, host, ...options.github })
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'))
  const configPath = join(directory, 'slipway.yaml')
  await writeFile(join(directory, 'app.pem'), github.app.privateKey, { mode: 0o600 })
  await writeFile(join(directory, 'webhook-secret'), github.app.webhookSecret, { mode: 0o600 })
  const facts = { owner, engineUrl, image: image.reference, command: image.command, github }
  await writeFile(configPath, stageConfig(facts, options.config))

  return {
    github,
    owner,
    directory,
    configPath,
    image: image.reference,
    madeOf: image.madeOf,
    left: async () => (await ownContainers(docker, owner)).length,
    async clear() {
      await github.close()
      for (const { Id } of await ownContainers(docker, owner)) await removed(docker.getContainer(Id))
      const networks = await docker.listNetworks({ filters: { label: [`slipway.owner=${owner}`] } })
      for (const { Id } of networks) await docker.getNetwork(Id).remove()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function ownContainers(docker: Docker, owner: string): Promise<Docker.ContainerInfo[]> {
  return docker.listContainers({ all: true, filters: { label: [`slipway.owner=${owner}`] } })
}

/** Gone, or going: somebody else was quicker. */
async function removed(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true })
  } catch (error) {
    const { statusCode } = error as { statusCode?: number }
    if (statusCode !== 404 && statusCode !== 409) throw error
  }
}
