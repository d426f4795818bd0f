import Docker from 'dockerode'
import { readFile, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { submitBurst } from '../../../src/demo/burst.ts'
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

let docker: Docker
let stage: Stage
let jenkins: JenkinsStandIn
let image: string
let service: ServiceProcess | undefined

beforeAll(async () => {
  const engine = await localEngine()
  if (engine.kind !== 'unix') throw new Error('the test needs an engine on a socket')
  docker = new Docker({ socketPath: engine.path })
  const publicPort = await freePort()
  stage = await setStage({
    docker,
    engineUrl: `unix://${engine.path}`,
    owner: `test-${newId(6)}`,
    seed: 1,
    config: { publicPort, adminPort: await freePort(), agents: 6, machines },
  })
  stage.github.setWebhookUrl(`http://127.0.0.1:${publicPort}/hooks/github/github`)
  jenkins = await createJenkinsStandIn({ host: new URL(stage.github.url).hostname })
  // Pipelines tell their labels only where a node is.
  jenkins.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
  image = await makeImage()
  await addJenkins()
  service = await startProcess(stage.configPath)
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

test(`${each} jobs of GitHub and ${each} of Jenkins share ${machines} machines, and nothing is left`, async () => {
  const had: number[] = []
  const begun: string[] = []
  jenkins.on('node-deleted', ({ node }) => void had.push(node.had.length))
  jenkins.on('build-started', () => void begun.push('jenkins'))
  stage.github.on('job-started', () => void begun.push('github'))
  submitBurst(stage.github, each, 1)
  for (let at = 0; at < each; at += 1) {
    // Four seconds each, told by the agent itself; every third is a step of a Pipeline.
    jenkins.submit({ job: `team/app${at}`, label: 'gpu && !windows', pipeline: at % 3 === 0 })
  }
  const over = () => jenkins.runs().every(({ building }) => !building) && jenkins.runs().length === each
  await until(() => over() && stage.github.jobs().every(({ status }) => status === 'completed'), stage.github)
  await until(async () => jenkins.nodes().length === 1 && (await stage.left()) === 0, stage.github)

  expect(jenkins.runs().map(({ result }) => result)).toEqual(Array(each).fill('SUCCESS'))
  expect(stage.github.jobs().map(({ conclusion }) => conclusion)).toEqual(Array(each).fill('success'))
  expect(had.filter((count) => count > 1)).toEqual([])
  // Neither waits for the other to be through.
  expect(new Set(begun.slice(0, each))).toEqual(new Set(['github', 'jenkins']))
  expect(service?.output()).not.toContain(jenkins.token)
})
