import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { installationClient, type Client } from '../../../../test/github-validation/client.ts'
import { createFixture, register } from '../../../../test/github-validation/fixture.ts'
import type { FakeClock } from '../../../../test/fakes/clock.ts'
import { createSimulatedAgent, type SimulatedAgent } from '../../../../test/github-validation/simulated-agent.ts'
import { createGithubValidation } from '../../../../test/github-validation/index.ts'
import { grantedPermissions } from '../estate.ts'
import type { GithubStandIn, Happenings, Job } from '../index.ts'

let standIn: GithubStandIn
let clock: FakeClock
let client: Client

async function open(options: Parameters<typeof createFixture>[0] = {}): Promise<void> {
  ;({ standIn, clock } = await createFixture(options))
  client = await installationClient(standIn, 0, clock.wall())
}

beforeEach(() => open())
afterEach(() => standIn.close())

function once<K extends keyof Happenings>(kind: K): Promise<Happenings[K]> {
  return new Promise((resolve) => {
    const stop = standIn.on(kind, (happening) => {
      stop()
      resolve(happening)
    })
  })
}

async function agent(name: string, labels = ['linux'], groupId = 1): Promise<SimulatedAgent> {
  return createSimulatedAgent(await register(client, name, labels, groupId))
}

const submit = (repository = 'acme/widgets', labels = ['linux']): Job => standIn.submit({ repository, labels })

test('a job goes to a connected agent, runs once, and its runner is gone', async () => {
  const worker = await agent('one', ['self-hosted', 'Linux'])
  const work = worker.workOnce()
  await once('agent-connected')
  const job = submit('acme/widgets', ['linux'])
  expect(await work).toBe(job.id)
  expect(job).toMatchObject({ status: 'completed', conclusion: 'success', runner: { name: 'one' } })
  expect([job.assignments.length, job.starts.length, job.completions.length]).toEqual([1, 1, 1])
  expect(standIn.runners()).toEqual([])
  expect(await worker.acquire()).toBeUndefined()
})

test('agents get only what their scope and labels admit', async () => {
  const other = submit('acme/gears')
  const gpu = submit('acme/widgets', ['linux', 'gpu'])
  const job = submit()
  const worker = await agent('one', ['linux'], 2)
  expect(await worker.workOnce()).toBe(job.id)
  expect([other.status, gpu.status]).toEqual(['queued', 'queued'])
})

/** Places in the queue of the jobs that eight agents got, one after another. */
async function orderOf(seed: number): Promise<number[]> {
  await standIn.close()
  await open({ seed })
  const first = submit().id
  for (let count = 1; count < 8; count += 1) submit(count % 2 === 0 ? 'acme/widgets' : 'acme/gears')
  const taken: number[] = []
  for (let count = 0; count < 8; count += 1) taken.push(((await (await agent(`a${count}`)).workOnce()) ?? 0) - first)
  return taken
}

test('jobs are handed out in an order of the seed, not of the queue', async () => {
  const order = await orderOf(7)
  expect(order).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(await orderOf(7)).toEqual(order)
  expect(await orderOf(8)).not.toEqual(order)
})

describe('lost answers', () => {
  test('a lost assignment is handed to the same runner again', async () => {
    const worker = await agent('one')
    const job = submit()
    standIn.inject({ operation: 'agent/acquire', lose: true })
    await expect(worker.acquire()).rejects.toThrow('fetch failed')
    expect(await worker.workOnce()).toBe(job.id)
    expect(job.assignments).toHaveLength(1)
  })

  test('a lost start or result may be said again', async () => {
    const worker = await agent('one')
    const job = submit()
    await worker.acquire()
    standIn.inject({ operation: 'agent/start', lose: true })
    await expect(worker.start(job.id)).rejects.toThrow('fetch failed')
    expect(await worker.start(job.id)).toBe(true)
    standIn.inject({ operation: 'agent/result', lose: true })
    await expect(worker.finish(job.id)).rejects.toThrow('fetch failed')
    expect(await worker.finish(job.id)).toBe(true)
    expect([job.starts.length, job.completions.length]).toEqual([1, 1])
  })

  test('a job that is not picked up goes to another agent, and the first may no longer begin', async () => {
    const [slow, quick] = [await agent('slow'), await agent('quick')]
    const job = submit()
    await slow.acquire()
    const work = quick.workOnce()
    await once('agent-connected')
    await clock.advance(60_000)
    expect(await work).toBe(job.id)
    expect(await slow.start(job.id)).toBe(false)
    expect(job.starts.map(({ runner }) => runner)).toEqual(['quick'])
    expect(job.assignments.map(({ runner }) => runner)).toEqual(['slow', 'quick'])
  })
})

describe('agents that vanish', () => {
  test('a job whose agent vanished fails after the configured time', async () => {
    await standIn.close()
    await open({ disconnectMs: 1000, lostAfterMs: 20_000 })
    const worker = await agent('one')
    const job = submit()
    await worker.acquire()
    const disconnected = once('agent-disconnected')
    await worker.start(job.id)
    await disconnected
    await clock.advance(20_999)
    expect(job.status).toBe('in_progress')
    await clock.advance(1)
    expect(job).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect(job.completions).toMatchObject([{ lost: true, runner: 'one' }])
    expect(standIn.runners()).toEqual([])
  })

  test('an idle agent that vanished shows as offline and gets no job', async () => {
    await standIn.close()
    await open({ disconnectMs: 1000 })
    const worker = await agent('one')
    const acquiring = worker.acquire().catch((error: unknown) => error)
    await once('agent-connected')
    const disconnected = once('agent-disconnected')
    worker.vanish()
    await Promise.all([acquiring, disconnected])
    expect(standIn.runners()[0]?.online).toBe(true)
    await clock.advance(1000)
    expect(standIn.runners()[0]?.online).toBe(false)
    expect(submit().assignments).toEqual([])
  })
})

describe('steering', () => {
  test('a busy runner can not be deleted; an idle one can, and its agent learns of it', async () => {
    const busy = await agent('busy')
    submit()
    await busy.acquire()
    const idle = await agent('idle')
    const work = idle.acquire()
    await once('agent-connected')
    const statuses = standIn
      .runners()
      .map(async ({ id }) => (await client.remove(`/orgs/acme/actions/runners/${id}`)).status)
    expect(await Promise.all(statuses)).toEqual([422, 204])
    expect(await work).toBeUndefined()
  })

  test('a job that waits for approval is nobody’s until it is approved', async () => {
    const job = standIn.submit({ repository: 'acme/widgets', labels: ['linux'], approval: true })
    const worker = await agent('one')
    const work = worker.workOnce()
    await once('agent-connected')
    expect(job.status).toBe('waiting')
    standIn.approve(job)
    expect(await work).toBe(job.id)
  })

  test('cancelling ends a queued job, and asks the agent of a running one', async () => {
    const queued = submit('acme/gears', ['other'])
    standIn.cancel(queued)
    expect(queued).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
    const worker = await agent('one')
    const job = submit()
    await worker.acquire()
    await worker.start(job.id)
    standIn.cancel(job)
    expect(job.status).toBe('in_progress')
    expect(await worker.hold(job.id)).toBe('cancel')
    await worker.finish(job.id, 143)
    expect(job.conclusion).toBe('cancelled')
  })

  test('a job cancelled between assignment and start does not begin, and its runner stays', async () => {
    const worker = await agent('one')
    const job = submit()
    await worker.acquire()
    standIn.cancel(job)
    expect(await worker.start(job.id)).toBe(false)
    const next = submit()
    expect(await worker.workOnce()).toBe(next.id)
  })

  test('a re-run is a new attempt with new jobs', async () => {
    const job = submit()
    await (await agent('one')).workOnce(1)
    expect(job.conclusion).toBe('failure')
    const [again] = standIn.rerun(job.run)
    expect(again).toMatchObject({ attempt: 2, status: 'queued', name: job.name })
    expect(again?.id).not.toBe(job.id)
    await (await agent('two')).workOnce()
    const jobs = await client.get(`/repos/acme/widgets/actions/runs/${job.run.id}/jobs?filter=all`)
    expect(jobs.body).toMatchObject({ total_count: 2 })
    const run = await client.get(`/repos/acme/widgets/actions/runs/${job.run.id}`)
    expect(run.body).toMatchObject({ run_attempt: 2, conclusion: 'success' })
  })

  test('the failed jobs of a run can be asked to run again, once it is over and with the permission', async () => {
    const validation = createGithubValidation()
    await standIn.close()
    const permissions = { ...grantedPermissions, actions: 'write' }
    await open({
      installations: [{ account: 'acme', repositories: ['widgets'], permissions }],
      ...validation.observers,
    })
    const bad = submit()
    const path = `/repos/acme/widgets/actions/runs/${bad.run.id}/rerun-failed-jobs`
    expect((await client.post(path)).status).toBe(403)
    await (await agent('one')).workOnce(1)
    const good = standIn.submit({ repository: 'acme/widgets', labels: ['linux'], run: bad.run.id })
    await (await agent('two')).workOnce()
    expect((await client.post(path)).status).toBe(201)
    expect(bad.run.jobs.filter(({ attempt }) => attempt === 2).map(({ name }) => name)).toEqual([bad.name])
    expect(good.conclusion).toBe('success')
    expect(validation.violations).toEqual([])
    await standIn.close()
    await open()
    expect((await client.post(`/repos/acme/widgets/actions/runs/${submit().run.id}/rerun-failed-jobs`)).status).toBe(
      403,
    )
  })

  test('the busy flag may lag behind the truth', async () => {
    await standIn.close()
    await open({ busyLagMs: 25_000 })
    const worker = await agent('one')
    submit()
    await worker.acquire()
    expect((await client.get('/orgs/acme/actions/runners')).body).toMatchObject({ runners: [{ busy: false }] })
    await clock.advance(25_000)
    expect((await client.get('/orgs/acme/actions/runners')).body).toMatchObject({ runners: [{ busy: true }] })
  })

  test('a question is held, then answered with nothing', async () => {
    const worker = await agent('one')
    const work = worker.workOnce()
    await once('agent-connected')
    await clock.advance(50_000)
    const job = submit()
    expect(await work).toBe(job.id)
  })
})
