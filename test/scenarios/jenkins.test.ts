import { describe, expect, test } from 'vitest'
import { nodeOf, openJenkinsBench, type JenkinsBench } from '../fakes/jenkins-bench.ts'

const nothing = { nodes: 0, containers: 0, agents: 0 }

function count(bench: JenkinsBench, path: RegExp): number {
  return bench.controller.requests.filter((request) => path.test(request.path)).length
}

const restarts = [
  ['a controller', {}],
  ['a controller before 2.482, which forgets for a moment what is offline', { remembersOffline: false }],
] as const

describe('a build', () => {
  test('gets a node of its own, which takes no other, and leaves nothing behind', async () => {
    await using bench = await openJenkinsBench()
    const item = bench.controller.submit({ job: 'team/app', label: 'linux && gpu', ms: 30_000 })
    await bench.run(8000)
    const node = nodeOf(bench, item)
    expect(node).toMatchObject({ labels: ['linux', 'gpu'], exclusive: true, offlineCause: expect.any(String) })
    expect(await bench.job(item.id)).toMatchObject({ state: 'running', takenBy: node.name, repository: 'ci/team/app' })
    await bench.run(40_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'success', takenBy: node.name })
    expect(bench.left()).toEqual(nothing)
    const readings = count(bench, /^(?:queue|computer)\/api/)
    expect(bench.controller.requests.length - readings).toBeLessThanOrEqual(6)
  })

  test('each has its own of several, however many wait', async () => {
    await using bench = await openJenkinsBench()
    const had = new Map<string, number>()
    bench.controller.on('build-started', ({ node }) => void had.set(node.name, (had.get(node.name) ?? 0) + 1))
    for (let at = 0; at < 12; at += 1) bench.controller.submit({ job: `team/app${at % 3}`, label: 'gpu', ms: 20_000 })
    await bench.run(120_000)
    expect([...had.values()]).toEqual(Array(12).fill(1))
    expect([bench.extra, bench.left()]).toEqual([[], nothing])
  })

  test('that was aborted, failed or unstable is told so', async () => {
    await using bench = await openJenkinsBench()
    const items = ['ABORTED', 'FAILURE', 'UNSTABLE'].map((result) => {
      return { result, item: bench.controller.submit({ job: `job-${result}`, label: 'gpu' }) }
    })
    await bench.run(8000)
    for (const { result, item } of items) bench.controller.end(nodeOf(bench, item), result)
    await bench.run(15_000)
    const conclusions = await Promise.all(items.map(async ({ item }) => (await bench.job(item.id)).conclusion))
    expect([conclusions, bench.left()]).toEqual([['cancelled', 'failure', 'failure'], nothing])
  })

  test('cancelled in the queue lets its agent go', async () => {
    await using bench = await openJenkinsBench({ pool: { idleTimeoutMs: 20_000 } })
    const item = bench.controller.submit({ job: 'app', label: 'gpu', blocked: true })
    await bench.run(6000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'waiting' })
    bench.controller.cancel(item)
    await bench.run(10_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'cancelled' })
    expect(bench.left()).toEqual(nothing)
  })

  test('that no pool can serve gets none, and one without a label is no business of ours', async () => {
    await using bench = await openJenkinsBench()
    const item = bench.controller.submit({ job: 'app', label: 'windows' })
    const any = bench.controller.submit({ job: 'any' })
    await bench.run(20_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'queued' })
    await expect(bench.job(any.id)).rejects.toThrow('no job')
    expect(bench.left()).toEqual(nothing)
  })

  test('in its quiet period waits, and its agent starts shortly before that ends', async () => {
    await using bench = await openJenkinsBench()
    const item = bench.controller.submit({ job: 'app', label: 'gpu', quietMs: 30_000, ms: 1000 })
    await bench.run(6000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'waiting' })
    await bench.run(20_000)
    expect(bench.left().nodes).toBe(1)
    await bench.run(30_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(bench.left()).toEqual(nothing)
  })

  test('shorter than two readings may be followed by another, which runs to its end and is counted', async () => {
    await using bench = await openJenkinsBench()
    let most = 0
    bench.controller.on('build-ended', ({ node }) => void (most = Math.max(most, node.had.length)))
    const items = Array.from({ length: 8 }, () => bench.controller.submit({ job: 'quick', label: 'gpu', ms: 50 }))
    await bench.run(60_000)
    for (const { id } of items) expect(await bench.job(id)).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(most).toBeGreaterThan(1)
    expect(bench.extra.length).toBeGreaterThan(0)
    expect(bench.left()).toEqual(nothing)
  })
})

describe('a Pipeline', () => {
  test('keeps its node for as long as its step lasts', async () => {
    await using bench = await openJenkinsBench()
    bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
    const item = bench.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true, ms: 600_000 })
    await bench.run(300_000)
    const node = nodeOf(bench, item)
    expect(await bench.job(item.id)).toMatchObject({ state: 'running', workflow: 'pipeline', takenBy: node.name })
    await bench.run(320_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(bench.left()).toEqual(nothing)
  })

  test('whose next step waits while the only node with its label is at work gets another', async () => {
    await using bench = await openJenkinsBench()
    bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
    const first = bench.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true, runGoesOn: true })
    await bench.run(10_000)
    const second = bench.controller.submit({ job: 'pipe', label: 'gpu', run: first.run })
    await bench.run(10_000)
    const nodes = [nodeOf(bench, first), nodeOf(bench, second)]
    expect(nodes[0]).not.toBe(nodes[1])
    for (const node of nodes) bench.controller.end(node)
    await bench.run(20_000)
    expect(await bench.job(first.id)).toMatchObject({ state: 'done', conclusion: 'neutral' })
    expect(bench.left()).toEqual(nothing)
  })

  test('that a ready agent takes before any reading saw it in the queue is known all the same', async () => {
    await using bench = await openJenkinsBench({ pool: { warm: { agents: 1, standby: 0 } } })
    await bench.run(5000)
    const item = bench.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true })
    const node = nodeOf(bench, item)
    await bench.run(5000)
    expect(node.offlineCause).toBeDefined()
    expect(await bench.job(`pipe#1@${node.name}`)).toMatchObject({ state: 'running', takenBy: node.name })
    bench.controller.end(node)
    await bench.run(10_000)
    expect(await bench.job(`pipe#1@${node.name}`)).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(bench.left()).toEqual({ nodes: 1, containers: 1, agents: 1 })
  })

  test('whose label is hidden while the controller has no node is shown as waiting', async () => {
    await using bench = await openJenkinsBench()
    const item = bench.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true, ms: 5000 })
    await bench.run(8000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'waiting' })
    bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
    await bench.run(20_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(bench.left()).toEqual(nothing)
  })

  test.each(restarts)(
    'goes on where it was after a restart of %s, and no other agent is made',
    async (_of, options) => {
      await using bench = await openJenkinsBench(options)
      bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
      const item = bench.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true })
      await bench.run(10_000)
      const node = nodeOf(bench, item)
      bench.controller.restart()
      await bench.run(10_000)
      expect(node.running).toBeUndefined()
      bench.reconnect()
      await bench.run(10_000)
      expect(node.running?.run).toBe(item.run)
      expect(node.offlineCause).toBeDefined()
      expect(bench.left()).toEqual({ nodes: 1, containers: 1, agents: 1 })
      expect(await bench.job(item.id)).toMatchObject({ state: 'running', takenBy: node.name })
      bench.controller.end(node)
      await bench.run(15_000)
      expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'success' })
      expect([bench.extra, bench.left()]).toEqual([[], nothing])
    },
  )
})

describe('when things go wrong', () => {
  test.each(restarts)('a build that a restart of %s cut off is done, and its agent goes', async (_of, options) => {
    await using bench = await openJenkinsBench(options)
    const item = bench.controller.submit({ job: 'app', label: 'gpu' })
    await bench.run(8000)
    bench.controller.restart()
    bench.reconnect()
    await bench.run(20_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'failure' })
    expect(bench.left()).toEqual(nothing)
  })

  test('a node that somebody deletes takes its agent along, idle or at work', async () => {
    await using bench = await openJenkinsBench({ pool: { warm: { agents: 1, standby: 0 } } })
    await bench.run(5000)
    const [idle] = bench.controller.nodes()
    if (idle) bench.controller.remove(idle)
    await bench.run(30_000)
    const [next] = bench.controller.nodes()
    expect(next?.name).not.toBe(idle?.name)
    expect(bench.left()).toEqual({ nodes: 1, containers: 1, agents: 1 })
    const item = bench.controller.submit({ job: 'app', label: 'gpu' })
    await bench.run(3000)
    bench.controller.remove(nodeOf(bench, item))
    await bench.run(30_000)
    expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'failure' })
    expect(bench.left()).toEqual({ nodes: 1, containers: 1, agents: 1 })
  })

  test('ten minutes without the controller cost no build, no agent twice and no node for ever', async () => {
    await using bench = await openJenkinsBench()
    const [running, waiting] = [1, 2].map((at) => bench.controller.submit({ job: `app${at}`, label: 'gpu' }))
    if (!running || !waiting) throw new Error('no items')
    await bench.run(8000)
    bench.controller.setDown(true)
    for (const node of bench.controller.nodes()) bench.controller.disconnect(node)
    await bench.run(600_000)
    bench.controller.setDown(false)
    bench.reconnect()
    await bench.run(60_000)
    expect(await bench.job(running.id)).toMatchObject({ state: 'running' })
    for (const item of [running, waiting]) bench.controller.end(nodeOf(bench, item))
    await bench.run(30_000)
    for (const { id } of [running, waiting]) expect(await bench.job(id)).toMatchObject({ conclusion: 'success' })
    expect([bench.extra, bench.left()]).toEqual([[], nothing])
  })

  test('a node whose making was never heard of is removed', async () => {
    await using bench = await openJenkinsBench()
    bench.controller.inject({ path: 'doCreateItem', lose: true })
    bench.controller.submit({ job: 'app', label: 'gpu', ms: 1000 })
    await bench.run(120_000)
    expect(bench.controller.runs()).toMatchObject([{ result: 'SUCCESS' }])
    expect(bench.left()).toEqual(nothing)
  })

  test('a crash of the service in the middle of builds changes nothing for them', async () => {
    await using bench = await openJenkinsBench()
    bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
    const build = bench.controller.submit({ job: 'app', label: 'gpu' })
    const step = bench.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true })
    await bench.run(10_000)
    await bench.crash()
    await bench.run(30_000)
    expect(bench.left()).toEqual({ nodes: 2, containers: 2, agents: 2 })
    for (const item of [build, step]) bench.controller.end(nodeOf(bench, item))
    await bench.run(30_000)
    for (const { id } of [build, step]) expect(await bench.job(id)).toMatchObject({ conclusion: 'success' })
    expect([bench.extra, bench.left()]).toEqual([[], nothing])
  })

  test('nodes of others are never touched', async () => {
    await using bench = await openJenkinsBench()
    bench.controller.addNode({ name: 'big-box', labels: ['other'], connected: true })
    bench.controller.addNode({ name: 'slipway-ci-mine-1', labels: ['other'], connected: true, description: 'mine' })
    bench.controller.submit({ job: 'theirs', label: 'other', ms: 20_000 })
    await bench.run(60_000)
    expect(bench.controller.nodes().map(({ offlineCause }) => offlineCause)).toEqual([undefined, undefined])
    expect(count(bench, /doDelete|Offline/)).toBe(0)
  })
})

test('the number of readings does not grow with the queue', async () => {
  const readings = await Promise.all(
    [0, 50].map(async (items) => {
      await using bench = await openJenkinsBench()
      for (let at = 0; at < items; at += 1) bench.controller.submit({ job: `job${at}`, label: 'windows' })
      bench.controller.requests.length = 0
      await bench.run(120_000)
      return bench.controller.requests.length
    }),
  )
  expect(Math.abs((readings[1] ?? 0) - (readings[0] ?? 0))).toBeLessThanOrEqual(2)
})

test('Hudson’s builds come and go alike', async () => {
  await using bench = await openJenkinsBench({ system: 'hudson' })
  bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
  for (let at = 0; at < 4; at += 1) bench.controller.submit({ job: `app${at}`, label: 'gpu', ms: 20_000 })
  await bench.run(90_000)
  expect(bench.controller.runs().map(({ result }) => result)).toEqual(Array(4).fill('SUCCESS'))
  const jobs = [...bench.context.state.jobs.values()]
  expect([jobs, bench.extra, bench.left()]).toEqual([[], [], nothing])
})
