import { describe, expect, test } from 'vitest'
import { nodeOf, openJenkinsBench } from '../fakes/jenkins-bench.ts'

const nothing = { nodes: 0, containers: 0, agents: 0 }

describe('steps of one run, which look alike on executors', () => {
  test('one that waits gets its agent while another is at work on a node of somebody else', async () => {
    await using bench = await openJenkinsBench()
    const theirs = bench.controller.addNode({ name: 'big-box', labels: ['other'] })
    bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
    const first = bench.controller.submit({ job: 'pipe', label: 'other', pipeline: true, runGoesOn: true })
    const second = bench.controller.submit({ job: 'pipe', label: 'gpu', run: first.run })
    await bench.run(20_000)
    const node = nodeOf(bench, second)
    expect(await bench.job(second.id)).toMatchObject({ state: 'running', takenBy: node.name })
    bench.controller.end(node)
    await bench.run(20_000)
    expect(theirs.running?.item).toBe(first)
    expect(bench.left()).toEqual(nothing)
  })

  test('one that waits is not taken for another that a ready agent took unseen', async () => {
    await using bench = await openJenkinsBench({ pool: { warm: { agents: 1, standby: 0 } } })
    bench.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
    await bench.run(5000)
    const first = bench.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true, runGoesOn: true })
    const second = bench.controller.submit({ job: 'pipe', label: 'gpu', run: first.run })
    await bench.run(20_000)
    const [unseen, seen] = [nodeOf(bench, first).name, nodeOf(bench, second).name]
    expect(await bench.job(second.id)).toMatchObject({ state: 'running', takenBy: seen })
    expect(await bench.job(`pipe#1@${unseen}`)).toMatchObject({ state: 'running', takenBy: unseen })
  })
})

test('a long build is told how it ended, however many of its project have begun since', async () => {
  await using bench = await openJenkinsBench()
  bench.controller.addNode({ name: 'big-box', labels: ['other'] })
  const item = bench.controller.submit({ job: 'app', label: 'gpu' })
  await bench.run(8000)
  const node = nodeOf(bench, item)
  for (let at = 0; at < 60; at += 1) {
    bench.controller.submit({ job: 'app', label: 'other', ms: 100 })
    await bench.run(250)
  }
  bench.controller.end(node, 'FAILURE')
  await bench.run(10_000)
  expect(await bench.job(item.id)).toMatchObject({ state: 'done', conclusion: 'failure', takenBy: node.name })
  expect(bench.left()).toEqual(nothing)
})
