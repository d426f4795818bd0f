import { expect, test } from 'vitest'
import { failuresOf } from './seeds.ts'

test('random histories of demand and faults break no promise: part 1 of 2', { timeout: 300_000 }, async () => {
  expect(await failuresOf(1, 2)).toBe('')
})
