import Docker from 'dockerode'
import { readFile, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { labels, organization, repositories } from '../../../src/demo/acme.ts'
import { findStaticBusybox } from '../../../src/demo/agent-image/busybox.ts'
import { rootFiles } from '../../../src/demo/agent-image/layers.ts'
import { createJenkinsStandIn, type JenkinsStandIn } from '../../../src/demo/jenkins/index.ts'
import { setStage, type Stage } from '../../../src/demo/stage.ts'
import { newId } from '../../../src/kit/ids.ts'
import { localEngine } from '../runtime/machine.ts'
import { freePort, startProcess, type ServiceProcess } from '../service/process.ts'
import { until } from '../service/until.ts'

const each = 12
const machines = 2
const seconds = 4

type System = 'github' | 'jenkins'

let docker: Docker
let stage: Stage
let jenkins: JenkinsStandIn
let image: string
let service: ServiceProcess | undefined
let ask: (path: string) => Promise<unknown>

beforeAll(async () => {
  const engine = await localEngine()
  if (engine.kind !== 'unix') throw new Error('the test needs an engine on a socket')
  docker = new Docker({ socketPath: engine.path })
  const publicPort = await freePort()
  const adminPort = await freePort()
  stage = await setStage({
    docker,
    engineUrl: `unix://${engine.path}`,
    owner: `test-${newId(6)}`,
    seed: 1,
    // Either could have every place on the machines: neither pool's own limit keeps it from that.
    config: { publicPort, adminPort, agents: each, machines },
  })
  stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
  jenkins = await createJenkinsStandIn({ host: new URL(stage.github.url).hostname })
  // Pipelines tell their labels only where a node is.
  jenkins.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
  image = await makeImage()
  await addJenkins()
  service = await startProcess(stage.configPath)
  const token = (await readFile(`${stage.directory}/slipway.db.token`, 'utf8')).trim()
  ask = async (path) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`http://127.0.0.1:${adminPort}/api/v1/${path}`, { headers })).json()
  }
})

afterAll(async () => {
  await service?.kill()
  await stage.clear()
  await jenkins.close()
  await docker.getImage(image).remove({ force: true })
})

async function makeImage(): Promise<string> {
  const { Arch } = await docker.version()
  const path = await findStaticBusybox(Arch)
  if (path === undefined) throw new Error('the test needs a static busybox: install busybox-static')
  const script = await readFile(new URL('./jenkins-agent.sh', import.meta.url), 'utf8')
  const files = await rootFiles(await readFile(path), script)
  const name = `slipway-test-jenkins-agent:${newId(6)}`
  const stream = await docker.importImage(Readable.from([files]), { repo: name.split(':')[0], tag: name.split(':')[1] })
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()))
  })
  return name
}

/** The same fleet for both. */
async function addJenkins(): Promise<void> {
  const config = parse(await readFile(stage.configPath, 'utf8')) as {
    sources: object[]
    pools: object[]
    fleets: { bootstrap: { allowPrivate: string[] } }[]
  }
  const source = { kind: 'jenkins', name: 'jenkins', url: jenkins.url, user: jenkins.user, token: jenkins.token }
  const command = ['/usr/local/bin/slipway-demo-agent']
  const pool = { ...config.pools[0], name: 'builds', serves: [{ source: 'jenkins' }], labels: ['gpu'], image, command }
  config.fleets[0]?.bootstrap.allowPrivate.push(new URL(jenkins.url).host)
  const sources = [...config.sources, { ...source, interval: '1s', workDir: '/tmp' }]
  await writeFile(stage.configPath, stringify({ ...config, sources, pools: [...config.pools, pool] }))
}

/** As long as those of Jenkins, so that fair shares of the machines are equal numbers of starts. */
function submitToGithub(): void {
  for (let at = 0; at < each; at += 1) {
    stage.github.submit({
      repository: `${organization}/${repositories[at % repositories.length] ?? ''}`,
      labels,
      workflow: 'ci',
      name: `build ${at + 1}`,
      script: `sleep ${seconds}`,
    })
  }
}

/** Every third is a step of a Pipeline. How long they take is told by the agent itself. */
function submitToJenkins(): void {
  for (let at = 0; at < each; at += 1)
    jenkins.submit({ job: `team/app${at}`, label: 'gpu && !windows', pipeline: at % 3 === 0 })
}

/** By how many starts one was ahead of the other, at most, while both still had jobs that waited. */
function furthestAhead(begun: readonly System[]): number {
  const counts: Record<System, number> = { github: 0, jenkins: 0 }
  let most = 0
  for (const system of begun) {
    counts[system] += 1
    if (counts[system] === each) return most
    most = Math.max(most, Math.abs(counts.github - counts.jenkins))
  }
  return most
}

/** Which pools each machine has had agents of. */
async function noteNeighbours(pools: Map<string, Set<string>>): Promise<void> {
  const { agents } = (await ask('agents')) as { agents: readonly { readonly machine: string; readonly pool: string }[] }
  for (const { machine, pool } of agents) pools.set(machine, (pools.get(machine) ?? new Set()).add(pool))
}

test(`${each} jobs of GitHub and ${each} of Jenkins share ${machines} machines, and nothing is left`, async () => {
  const had: number[] = []
  const begun: System[] = []
  const pools = new Map<string, Set<string>>()
  let most = 0
  jenkins.on('node-deleted', ({ node }) => void had.push(node.had.length))
  jenkins.on('build-started', () => void begun.push('jenkins'))
  stage.github.on('job-started', () => void begun.push('github'))
  // The one's whole backlog waits already when the other's comes.
  submitToGithub()
  submitToJenkins()

  await until(async () => {
    await noteNeighbours(pools)
    most = Math.max(most, await stage.left())
    const built = jenkins.runs().length === each && jenkins.runs().every(({ building }) => !building)
    return built && stage.github.jobs().every(({ status }) => status === 'completed')
  }, stage.github)
  expect(jenkins.runs().map(({ result }) => result)).toEqual(Array(each).fill('SUCCESS'))
  expect(stage.github.jobs().map(({ conclusion }) => conclusion)).toEqual(Array(each).fill('success'))

  await until(async () => jenkins.nodes().length === 1 && (await stage.left()) === 0, stage.github)
  await until(async () => (await stage.remains()).networks === 0, stage.github)
  expect(await stage.remains()).toEqual({ containers: 0, networks: 0, volumes: 0 })
  expect(stage.github.runners()).toEqual([])
  expect(jenkins.nodes().map(({ name }) => name)).toEqual(['legacy'])
  expect(had.filter((count) => count > 1)).toEqual([])

  expect(most).toBe(machines)
  expect([...pools.values()].map((names) => [...names].sort().join())).toEqual(Array(machines).fill('builds,linux'))
  // Of eight places each has four. One that begins its second four before the other's first is four ahead; two more are
  // for the noise of a busy machine. One that is served first is ahead by all eight.
  expect(furthestAhead(begun), begun.join(' ')).toBeLessThanOrEqual(6)

  expect(await service?.stop()).toBe(0)
  expect(service?.output()).not.toContain(jenkins.token)
})
