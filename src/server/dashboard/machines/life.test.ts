import { describe, expect, it } from 'vitest'
import type { MachineLife } from '../../../domain/console/life.ts'
import { lifeTime, rowsOf, spansOf, within } from './life.ts'

const life: Pick<MachineLife, 'states'> = {
  states: [
    { state: 'booting', from: 100, to: 200 },
    { state: 'ready', from: 200, to: 500 },
    { state: 'gone', from: 500 },
  ],
}

describe('the life of a machine', () => {
  it('ends when it is gone, else now', () => {
    expect(lifeTime(life, 9000)).toEqual({ from: 100, ms: 400 })
    expect(lifeTime({ states: [{ state: 'ready', from: 100 }] }, 300)).toEqual({ from: 100, ms: 200 })
  })
  it('is filled by its states', () => {
    expect(spansOf(life, 9000)).toMatchObject([
      { state: 'booting', begin: 0, length: 0.25 },
      { state: 'ready', begin: 0.25, length: 0.75 },
    ])
  })
  it('holds what was on it, cut at its ends', () => {
    expect(within({ from: 300, to: 700 }, life, 9000)).toEqual({ begin: 0.5, length: 0.5 })
  })
})

it('agents stand in as few rows as there were at once, and in no more than there is room', () => {
  const parts = [{ from: 0, to: 10 }, { from: 5, to: 15 }, { from: 10 }, { from: 12 }]
  expect(rowsOf(parts, 16)).toEqual([[parts[0], parts[2]], [parts[1]], [parts[3]]])
  expect(rowsOf(parts, 2)).toHaveLength(2)
})
