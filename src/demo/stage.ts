import type Docker from 'dockerode'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildDemoAgentImage, dockerImageEngine } from './agent-image/index.ts'
import { createGithubStandIn, type GithubStandIn, type GithubStandInOptions } from './github/index.ts'
import { organization, repositories } from './acme.ts'
import { newId } from '../kit/ids.ts'
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
  /** Containers on the engine that carry the owner, running or not; those inside machines are not among them. */
  left(): Promise<number>
  /** The same, with networks of the owner and volumes of its containers as far as `left` or this has seen them. */
  remains(): Promise<Remains>
  /** Removes whatever carries the owner from the engine, and the files. The agent image stays for the next time. */
  clear(): Promise<void>
}

export interface Remains {
  readonly containers: number
  readonly networks: number
  readonly volumes: number
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
  await writeFile(join(directory, 'authority-key'), newId(40), { mode: 0o600 })
  await writeFile(join(directory, 'webhook-secret'), github.app.webhookSecret, { mode: 0o600 })
  const facts = { owner, engineUrl, image: image.reference, command: image.command, github }
  await writeFile(configPath, stageConfig(facts, options.config))

  const ours = createOwnThings(docker, owner)
  return {
    github,
    owner,
    directory,
    configPath,
    image: image.reference,
    madeOf: image.madeOf,
    left: async () => (await ours.containers()).length,
    remains: () => ours.remains(),
    async clear() {
      await github.close()
      for (const { Id } of await ours.containers()) await removed(docker.getContainer(Id))
      for (const { Id } of await ours.networks()) await docker.getNetwork(Id).remove()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** What carries the owner. Volumes of containers carry nothing: they are remembered from when their container was. */
function createOwnThings(docker: Docker, owner: string) {
  const filters = { label: [`slipway.owner=${owner}`] }
  const seen = new Set<string>()

  async function containers(): Promise<Docker.ContainerInfo[]> {
    const found = await docker.listContainers({ all: true, filters })
    for (const { Mounts } of found) for (const { Name } of Mounts ?? []) if (Name) seen.add(Name)
    return found
  }
  const networks = () => docker.listNetworks({ filters })

  async function remains(): Promise<Remains> {
    const [held, nets, { Volumes }] = await Promise.all([containers(), networks(), docker.listVolumes()])
    const volumes = (Volumes ?? []).filter(({ Name }) => seen.has(Name))
    return { containers: held.length, networks: nets.length, volumes: volumes.length }
  }

  return { containers, networks, remains }
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
