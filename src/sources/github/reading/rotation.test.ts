import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rotation } from './rotation.ts'

describe('the order of reading', () => {
  it('gives every fourth place to repositories that are not busy', () => {
    const order = rotation(['a', 'b', 'c', 'd', 'w', 'x', 'y', 'z'], ['w', 'x', 'y', 'z'], () => 0)
    expect(order).toEqual(['w', 'x', 'y', 'a', 'z', 'b', 'c', 'd'])
  })

  it('begins with what was read longest ago', () => {
    const readAt = (repository: string): number => Number(repository.slice(1))
    expect(rotation(['r3', 'r1', 'r2'], [], readAt)).toEqual(['r1', 'r2', 'r3'])
    expect(rotation(['r3', 'r1', 'r2'], ['r3', 'r2'], readAt)).toEqual(['r2', 'r3', 'r1'])
  })

  it('holds everything once', () => {
    const names = fc.array(fc.string({ maxLength: 3 }))
    fc.assert(
      fc.property(names, names, (all, busy) => {
        const order = rotation([...new Set(all)], busy, () => 0)
        expect(order.toSorted()).toEqual([...new Set([...all, ...busy])].toSorted())
      }),
    )
  })
})
