import { describe, expect, it } from 'vitest'
import { runnerLabels } from './labels.ts'

describe('labels of a runner', () => {
  it.each([
    [['gpu'], ['gpu', 'self-hosted', 'Linux', 'X64']],
    [
      ['self-hosted', 'linux', 'x64'],
      ['self-hosted', 'linux', 'x64'],
    ],
    [
      ['Windows', 'ARM64'],
      ['Windows', 'ARM64', 'self-hosted'],
    ],
    [
      ['gpu', 'GPU'],
      ['GPU', 'self-hosted', 'Linux', 'X64'],
    ],
  ])('%j are sent as %j', (labels, expected) => {
    expect(runnerLabels(labels)).toEqual(expected)
  })

  it('are no more than GitHub takes', () => {
    expect(runnerLabels(Array.from({ length: 200 }, (_, index) => `l${index}`))).toHaveLength(100)
  })
})
