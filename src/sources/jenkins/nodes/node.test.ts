import { expect, it } from 'vitest'
import { toNode } from './node.ts'

const name = 'slipway-ci-abc-1'
const mark = 'slipway-owner=ci pool=p agent=abc'
const parent = { currentExecutable: { url: 'https://ci/job/matrix/3/', number: 3 } }

it.each([
  ['our mark', mark, true],
  ['another owner’s mark', 'slipway-owner=ci-2 pool=p', false],
  ['none, as Jenkins shows it', null, false],
  ['an empty one', '', false],
  ['none to show, as Hudson', undefined, true],
])('a node of our name with a description that is %s', (_which, description, ours) => {
  expect(toNode({ displayName: name, description }, 'ci').ours).toBe(ours)
})

it('is never ours by its description alone', () => {
  expect(toNode({ displayName: 'big-box', description: mark }, 'ci').ours).toBe(false)
})

it('is at work with the parent of a matrix build, which takes no executor', () => {
  const computer = { idle: false, executors: [{ currentExecutable: null }], oneOffExecutors: [parent] }
  const running = [parent.currentExecutable]
  expect(toNode({ displayName: name, description: mark, ...computer }, 'ci')).toMatchObject({ idle: false, running })
  expect(toNode({ displayName: 'Built-In Node', ...computer }, 'ci').running).toEqual([])
})
