import { expect, test } from 'vitest'
import { aPool } from '../../test/fakes/ports.ts'
import { addResources, fitsWithin, subtractResources } from './resources.ts'
import type { Pool } from './pool.ts'
import { poolShape } from './shape.ts'

const base = aPool()
const differing: [string, Partial<Pool>][] = [
  ['image', { image: 'other' }],
  ['command', { command: ['run'] }],
  ['resources', { resources: { ...base.resources, disk: 1 } }],
  ['isolation', { isolation: { ...base.isolation, sudo: true } }],
  ['an engine of its own', { containers: 'dind' }],
  ['trust zone', { trust: { ...base.trust, zone: 'other' } }],
]
test.each(differing)('containers that differ in %s are not interchangeable', (_what, patch) => {
  expect(poolShape({ ...base, ...patch })).not.toBe(poolShape(base))
})

test('containers of pools that differ only in name, labels and limits are', () => {
  const other = aPool({ name: 'b', labels: ['x'], priority: 3, limits: { agents: 1, perScope: 1, perRepository: 1 } })
  expect(poolShape(other)).toBe(poolShape(base))
})

const room = { milliCpu: 2000, memory: 4, disk: 8 }
const wishes: [string, typeof room, boolean][] = [
  ['all of it', room, true],
  ['nothing', { milliCpu: 0, memory: 0, disk: 0 }, true],
  ['more CPU', { ...room, milliCpu: 2001 }, false],
  ['more memory', { ...room, memory: 5 }, false],
  ['more disk', { ...room, disk: 9 }, false],
]
test.each(wishes)('whether %s fits', (_what, wanted, expected) => {
  expect(fitsWithin(wanted, room)).toBe(expected)
})

test('what is added can be taken away again', () => {
  expect(subtractResources(addResources(room, room), room)).toEqual(room)
})
