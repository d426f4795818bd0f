import { expect, it } from 'vitest'
import { labelString } from './node-labels.ts'

it.each([
  [['linux'], 'linux'],
  [['two words'], '"two words"'],
  [['say "hi"', 'back\\slash'], '"say \\"hi\\"" "back\\\\slash"'],
  // A job that asks for `linux docker` makes Jenkins know one label by that name.
  [['linux', 'docker'], '"linux" "docker"'],
])('the labels %j are written so that each stays one', (labels, text) => {
  expect(labelString(labels)).toBe(text)
})
