import { describe, expect, it } from 'vitest'
import { createLru } from './lru.ts'

describe('a bounded map', () => {
  it('loses what was not used for longest', () => {
    const map = createLru<number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.get('a')
    map.set('c', 3)
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
  })

  it('counts by weight, each key once', () => {
    const map = createLru<readonly number[]>(5, (list) => list.length)
    map.set('a', [1, 2, 3])
    map.set('a', [1, 2])
    map.set('b', [1, 2, 3])
    expect([map.get('a'), map.get('b')]).toEqual([
      [1, 2],
      [1, 2, 3],
    ])
    map.set('c', [1])
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, [1, 2, 3], [1]])
    map.set('d', [1, 2, 3, 4, 5, 6])
    expect(map.get('d')).toBeUndefined()
  })
})
