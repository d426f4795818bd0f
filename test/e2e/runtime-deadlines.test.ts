import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Transient } from '../../src/domain/errors.ts'
import type { ContainerRuntime, RuntimeEvent } from '../../src/domain/ports/runtime.ts'
import { DeadlineExceeded } from '../../src/kit/deadline.ts'
import { bytesOf } from '../contracts/runtime.ts'
import { startMachine, type TestMachine } from './runtime/machine.ts'
import { startSwallowingProxy, type SwallowingProxy } from './runtime/swallowing-proxy.ts'

const SHORT = 400
const deadlines = {
  list: SHORT,
  prepare: SHORT,
  activate: SHORT,
  activity: SHORT,
  end: SHORT,
  remove: SHORT,
  pull: SHORT,
  probe: SHORT,
  examine: SHORT,
}

describe('a host that hangs in the middle of its answers', () => {
  let machine: TestMachine
  let proxy: SwallowingProxy
  let healthy: ContainerRuntime
  let hanging: ContainerRuntime

  beforeAll(async () => {
    machine = await startMachine()
    proxy = await startSwallowingProxy(machine.endpoint)
    healthy = machine.open()
    hanging = machine.open({ endpoint: proxy.endpoint, deadlines })
    await healthy.prepare(await machine.spec('here', ['sleep', '600']))
    await hanging.list()
    proxy.swallow()
  })
  afterAll(async () => {
    await machine.close()
    await proxy.close()
  })

  const calls: [string, (runtime: ContainerRuntime) => Promise<unknown>][] = [
    ['list', (runtime) => runtime.list()],
    ['prepare', (runtime) => machine.spec('other', ['true']).then((spec) => runtime.prepare(spec))],
    ['activate', (runtime) => runtime.activate('here', { env: {} })],
    ['activity', (runtime) => runtime.activity('here')],
    ['end', (runtime) => runtime.end('here')],
    ['tail', (runtime) => runtime.tail('here', 100)],
    ['log', (runtime) => bytesOf(runtime.log('here'))],
    ['remove', (runtime) => runtime.remove('other')],
    ['hasImage', (runtime) => machine.busybox().then((image) => runtime.hasImage(image))],
    ['pull', (runtime) => runtime.pull('127.0.0.1:1/absent:1', () => undefined)],
    ['probe', (runtime) => machine.busybox().then((image) => runtime.probe(image))],
    ['examine', (runtime) => runtime.examine()],
  ]
  it.each(calls)('%s settles with DeadlineExceeded, and another runtime goes on', async (_name, call) => {
    const [hung, list] = await Promise.allSettled([call(hanging), healthy.list()])
    expect(hung).toMatchObject({ status: 'rejected', reason: expect.any(DeadlineExceeded) as unknown })
    expect(list).toEqual({ status: 'fulfilled', value: [{ key: 'here', pool: 'linux', phase: 'running' }] })
  })
})

describe('a host that goes away and comes back', () => {
  it('is Transient while it is away, and watch says when it is back', async () => {
    const machine = await startMachine()
    const first = await startSwallowingProxy(machine.endpoint)
    try {
      const runtime = machine.open({ endpoint: first.endpoint })
      const events: RuntimeEvent[] = []
      runtime.watch((event) => events.push(event), new AbortController().signal)
      await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 10_000 })
      first.drop()
      await expect(runtime.list()).rejects.toThrow(Transient)
      first.resume()
      await vi.waitFor(() => expect(events).toEqual([{ what: 'reconnected' }, { what: 'reconnected' }]), {
        timeout: 10_000,
      })
      await expect(runtime.list()).resolves.toEqual([])
    } finally {
      await machine.close()
      await first.close()
    }
  })
})
