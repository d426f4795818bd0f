import Docker from 'dockerode'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildDemoAgentImage, dockerImageEngine, type DemoAgentImage } from '../../src/demo/agent-image/index.ts'
import { createGithubStandIn, type GithubStandIn } from '../../src/demo/github/index.ts'
import { installationClient } from '../github-validation/client.ts'
import { register } from '../github-validation/fixture.ts'

const docker = new Docker()
const labels = { 'slipway.owner': 'demo-image-test' }
let image: DemoAgentImage
let network: Docker.Network
let standIn: GithubStandIn
const containers: Docker.Container[] = []

beforeAll(async () => {
  image = await buildDemoAgentImage(dockerImageEngine(docker, labels), { repository: 'slipway-demo-agent-test' })
  network = await docker.createNetwork({ Name: 'slipway-demo-image-test', Labels: labels })
})
afterAll(async () => {
  await network.remove()
  await docker.getImage(image.reference).remove({ force: true })
})

beforeEach(async () => {
  const { IPAM } = await network.inspect()
  standIn = await createGithubStandIn({
    host: '0.0.0.0',
    agentUrl: (port) => `http://${IPAM?.Config?.[0]?.Gateway ?? '127.0.0.1'}:${port}`,
    installations: [{ account: 'acme', repositories: ['widgets'] }],
    disconnectMs: 100,
    lostAfterMs: 100,
  })
})
afterEach(async () => {
  await Promise.all(containers.splice(0).map((container) => container.remove({ force: true })))
  await standIn.close()
})

/** A container of the image, as the runtime makes it: not root, no new privileges, its configuration in hand. */
async function startAgent(name: string): Promise<Docker.Container> {
  const config = await register(await installationClient(standIn), name)
  const container = await docker.createContainer({
    Image: image.reference,
    Cmd: [...image.command],
    Env: [`ACTIONS_RUNNER_INPUT_JITCONFIG=${config}`],
    Labels: labels,
    HostConfig: { NetworkMode: network.id, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], PidsLimit: 64 },
  })
  containers.push(container)
  await container.start()
  return container
}

async function endOf(container: Docker.Container): Promise<{ code: number; output: string }> {
  const { StatusCode } = (await container.wait()) as { StatusCode: number }
  const output = await container.logs({ stdout: true, stderr: true })
  return { code: StatusCode, output: output.toString('utf8') }
}

const submit = (script: string) => standIn.submit({ repository: 'acme/widgets', labels: ['linux'], script })
const started = () => new Promise<void>((resolve) => void standIn.on('job-started', () => resolve()))

test('an agent takes one job, shows that it is at work, tells the result and ends', async () => {
  const job = submit('id -u\nls -a /tmp\nps\nexit 3')
  const { code, output } = await endOf(await startAgent('one'))
  expect(code).toBe(0)
  expect(job).toMatchObject({ conclusion: 'failure', completions: [{ runner: 'one', exitCode: 3, lost: false }] })
  expect(output).toContain('1001\n')
  expect(output).toContain('.slipway-job')
  expect(output).not.toContain(job.runner?.secret)
  expect(standIn.runners()).toEqual([])
})

test('lost answers change nothing: the job runs once', async () => {
  for (const verb of ['acquire', 'start', 'result']) standIn.inject({ operation: `agent/${verb}`, lose: true })
  standIn.inject({ operation: 'agent/acquire', status: 503, times: 2 })
  const job = submit('echo at work')
  const { output } = await endOf(await startAgent('one'))
  expect(job.conclusion).toBe('success')
  expect([job.assignments.length, job.starts.length, job.completions.length]).toEqual([1, 1, 1])
  expect(output.match(/at work/g)).toHaveLength(1)
})

test('an idle agent whose runner is removed ends', async () => {
  const connected = new Promise<void>((resolve) => void standIn.on('agent-connected', () => resolve()))
  const container = await startAgent('one')
  await connected
  const client = await installationClient(standIn)
  expect((await client.remove(`/orgs/acme/actions/runners/${standIn.runners()[0]?.id}`)).status).toBe(204)
  expect(await endOf(container)).toMatchObject({ code: 0 })
})

test('a cancelled job is stopped', async () => {
  const job = submit('sleep 100')
  const begun = started()
  const container = await startAgent('one')
  await begun
  standIn.cancel(job)
  await endOf(container)
  expect(job).toMatchObject({ conclusion: 'cancelled', completions: [{ lost: false }] })
})

test('a job whose container is killed fails as lost', async () => {
  const job = submit('sleep 100')
  const begun = started()
  const container = await startAgent('one')
  await begun
  await container.kill()
  await standIn.settled()
  expect(job).toMatchObject({ conclusion: 'failure', completions: [{ lost: true }] })
})
