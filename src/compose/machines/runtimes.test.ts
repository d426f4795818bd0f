import { describe, expect, test } from 'vitest'
import { createFakeRuntime, createFaults } from '../../../test/fakes/ports.ts'
import { createFakeClock } from '../../../test/fakes/clock.ts'
import { createWorld } from '../../../test/fakes/world.ts'
import type { Endpoint } from '../../domain/ports/provider.ts'
import type { RuntimeEvent } from '../../domain/ports/runtime.ts'
import { createRuntimes } from './runtimes.ts'

const unix = (path: string): Endpoint => ({ kind: 'unix', path })

function open() {
  const log: string[] = []
  const world = createWorld({ clock: createFakeClock(), push: () => {} })
  const watchers: ((event: RuntimeEvent) => void)[] = []
  const runtimes = createRuntimes(
    (machine, endpoint) => {
      const name = `${machine} at ${endpoint.kind === 'unix' ? endpoint.path : '?'}`
      log.push(`make ${name}`)
      return {
        ...createFakeRuntime(world, machine, createFaults()),
        watch(onEvent, signal) {
          watchers.push(onEvent)
          signal.addEventListener('abort', () => log.push(`unwatch ${name}`))
        },
        close: () => void log.push(`close ${name}`),
      }
    },
    (machine, { what, key }) => log.push(`event ${machine} ${what} ${key}`),
  )
  return { runtimes, log, watchers }
}

describe('the runtimes of machines', () => {
  test('are made once for a machine and its endpoint, and watched from then on', () => {
    const { runtimes, log, watchers } = open()
    runtimes.connect('m1', unix('/a'))
    const first = runtimes.of('m1')
    runtimes.connect('m1', unix('/a'))
    expect(runtimes.of('m1')).toBe(first)
    watchers[0]?.({ what: 'died', key: 'c1' })
    expect(log).toEqual(['make m1 at /a', 'event m1 died c1'])
  })

  test('are replaced when the endpoint changes, the old one closed first', () => {
    const { runtimes, log } = open()
    runtimes.connect('m1', unix('/a'))
    runtimes.connect('m1', unix('/b'))
    expect(log).toEqual(['make m1 at /a', 'unwatch m1 at /a', 'close m1 at /a', 'make m1 at /b'])
  })

  test('are made anew once after what they are made with has changed, and work until then', () => {
    const { runtimes, log } = open()
    runtimes.connect('m1', unix('/a'))
    const before = runtimes.of('m1')
    runtimes.renew()
    expect(runtimes.of('m1')).toBe(before)
    runtimes.connect('m1', unix('/a'))
    runtimes.connect('m1', unix('/a'))
    expect(log).toEqual(['make m1 at /a', 'unwatch m1 at /a', 'close m1 at /a', 'make m1 at /a'])
  })

  test('are closed when their machine is forgotten, once', () => {
    const { runtimes, log } = open()
    runtimes.connect('m1', unix('/a'))
    runtimes.forget('m1')
    runtimes.forget('m1')
    expect(runtimes.of('m1')).toBeUndefined()
    expect(log).toEqual(['make m1 at /a', 'unwatch m1 at /a', 'close m1 at /a'])
  })

  test('are all closed in the end', () => {
    const { runtimes, log } = open()
    for (const machine of ['m1', 'm2', 'm3']) runtimes.connect(machine, unix('/x'))
    runtimes.close()
    expect(log.filter((line) => line.startsWith('close'))).toHaveLength(3)
    expect(runtimes.of('m2')).toBeUndefined()
  })
})
