import { expect, it } from 'vitest'
import { markOf, toNode } from '../nodes/node.ts'
import { createTracks } from '../nodes/tracks.ts'
import { findBound } from './bound.ts'
import type { QueueItem } from './shapes.ts'

const name = 'slipway-ci-abc-1'

function node(of: string, labels: readonly string[], description = markOf('ci')) {
  return toNode({ displayName: of, description, assignedLabels: [...labels, of].map((each) => ({ name: each })) }, 'ci')
}

function step(named: string): QueueItem {
  return { buildable: true, why: `‘${named}’ is offline`, task: { url: 'https://ci.example.com/job/pipe/3/' } }
}

function boundTo(
  items: readonly QueueItem[],
  nodes: readonly ReturnType<typeof node>[],
  tracks = createTracks(() => {}),
) {
  const named = new Map(nodes.map((each) => [each.name, each]))
  return [...findBound({ began: 0, beganMonotonic: 0, date: 0, session: 's2', items, nodes: named }, tracks).keys()]
}

it('a step that names the one node with its label may be any new one', () => {
  expect(boundTo([step(name)], [node(name, ['gpu'])])).toEqual([])
})

it('a step that names one of two alike waits for that very one', () => {
  const twin = node('slipway-ci-def-1', ['gpu'])
  expect(boundTo([step(name)], [node(name, ['gpu']), twin])).toEqual([name])
  expect(boundTo([step(name)], [node(name, ['gpu']), node('slipway-ci-def-1', ['gpu', 'big'])])).toEqual([])
})

it('a step whose run the node held before the controller was restarted waits for that', () => {
  const tracks = createTracks(() => {})
  const held = { ...node(name, ['gpu']), running: [{ url: 'https://ci.example.com/job/pipe/3/' }] }
  tracks.see(held, 's1')
  expect(boundTo([step(name)], [node(name, ['gpu'])], tracks)).toEqual([name])
  tracks.see(held, 's2')
  expect(boundTo([step(name)], [node(name, ['gpu'])], tracks)).toEqual([])
  tracks.see(held, 's1')
  tracks.keep(new Set())
  expect([tracks.knows(name), boundTo([step(name)], [node(name, ['gpu'])], tracks)]).toEqual([false, []])
})

it('nodes of others are bound to nothing', () => {
  expect(boundTo([step('big-box')], [node('big-box', ['gpu'], ''), node('box-2', ['gpu'], '')])).toEqual([])
})
