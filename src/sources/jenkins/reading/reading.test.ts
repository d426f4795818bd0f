import { expect, it } from 'vitest'
import { createReader } from './reading.ts'

it('everybody who asks while one is under way shares the next, which begins after they asked', async () => {
  const starts: PromiseWithResolvers<number>[] = []
  const reader = createReader(() => {
    const start = Promise.withResolvers<number>()
    starts.push(start)
    return start.promise
  })
  const first = reader.fresh()
  const others = [reader.fresh(), reader.fresh()]
  expect(starts).toHaveLength(1)
  starts[0]?.resolve(1)
  expect(await first).toBe(1)
  starts[1]?.resolve(2)
  expect(await Promise.all(others)).toEqual([2, 2])
  expect([starts.length, reader.newest()]).toEqual([2, 2])
})

it('one that failed takes what was known along, and the next is taken all the same', async () => {
  const answers = [Promise.resolve(1), Promise.reject(new Error('down')), Promise.resolve(3)]
  const reader = createReader(() => answers.shift() ?? Promise.reject(new Error('no more')))
  expect(await reader.fresh()).toBe(1)
  await expect(reader.fresh()).rejects.toThrow('down')
  expect(reader.newest()).toBeUndefined()
  expect(await reader.fresh()).toBe(3)
  expect(reader.newest()).toBe(3)
})
