import { describe, expect, it, vi } from 'vitest'
import { Refused, Transient } from '../../domain/errors.ts'
import type { Endpoint } from '../../domain/ports/provider.ts'
import { endpointOf } from './endpoint.ts'
import { createStaticProvider } from './index.ts'
import { staticFleetSchema, type StaticHostConfig } from './schema.ts'

const size = { milliCpu: 4000, memory: 8e9, disk: 1e11 }

function fleet(hosts: readonly object[]) {
  return staticFleetSchema.parse({ name: 'local', provider: 'static', hosts })
}

/** Hosts over tcp hang. */
function measureUnlessTcp(endpoint: Endpoint) {
  return endpoint.kind === 'tcp' ? new Promise<never>(() => undefined) : Promise.resolve(size)
}

/** A clock whose timers fire when told to. */
function handClock() {
  const pending = new Set<() => void>()
  return {
    wall: () => 1000,
    monotonic: () => 0,
    timer: (_ms: number, run: () => void) => {
      pending.add(run)
      return () => pending.delete(run)
    },
    fire: () => [...pending].forEach((run) => run()),
    pending: () => pending.size,
  }
}

describe('static provider', () => {
  it('lists hosts with their measured size, and asks for it once', async () => {
    const asked: Endpoint[] = []
    const measure = async (endpoint: Endpoint) => {
      asked.push(endpoint)
      return size
    }
    const fleets = [fleet([{ name: 'here', url: 'unix:///run/docker.sock' }])]
    const provider = createStaticProvider({ fleets, clock: handClock(), measure })
    await provider.list('local')
    const listing = await provider.list('local')
    const endpoint = { kind: 'unix', path: '/run/docker.sock' }
    expect(listing).toEqual({
      began: 1000,
      machines: [{ name: 'here', fleet: 'local', state: 'running', size, endpoint }],
      unreachable: [],
    })
    expect(asked).toEqual([endpoint])
  })

  it('trusts a stated size and measures nothing', async () => {
    const stated = { cpu: 2, memory: '4Gi', disk: '50Gi' }
    const fleets = [fleet([{ name: 'big', url: 'tcp://10.0.0.9:2375', size: stated }])]
    const provider = createStaticProvider({ fleets, clock: handClock(), measure: measureUnlessTcp })
    const { machines } = await provider.list('local')
    expect(machines[0]?.size).toEqual({ milliCpu: 2000, memory: 4 * 2 ** 30, disk: 50 * 2 ** 30 })
  })

  it('names a host that does not answer, and lists it once it does', async () => {
    let up = false
    const measure = () => (up ? Promise.resolve(size) : Promise.reject(new Transient('connection refused')))
    const fleets = [fleet([{ name: 'far', url: 'tcp://10.0.0.9:2375' }])]
    const provider = createStaticProvider({ fleets, clock: handClock(), measure })
    expect((await provider.list('local')).unreachable).toEqual([{ name: 'far', error: 'connection refused' }])
    up = true
    expect((await provider.list('local')).machines.map(({ name }) => name)).toEqual(['far'])
  })

  it('does not wait for a host that hangs', async () => {
    const clock = handClock()
    const hosts = [
      { name: 'hangs', url: 'tcp://10.0.0.9:2375' },
      { name: 'fine', url: 'unix:///run/docker.sock' },
    ]
    const listing = createStaticProvider({ fleets: [fleet(hosts)], clock, measure: measureUnlessTcp }).list('local')
    await vi.waitFor(() => expect(clock.pending()).toBe(1))
    clock.fire()
    const { machines, unreachable } = await listing
    expect(unreachable.map(({ name }) => name)).toEqual(['hangs'])
    expect(machines.map(({ name }) => name)).toEqual(['fine'])
  })

  it('refuses a fleet it does not know', async () => {
    const provider = createStaticProvider({ fleets: [], clock: handClock(), measure: async () => size })
    await expect(provider.list('nowhere')).rejects.toThrow('no static fleet is named nowhere')
  })
})

describe('endpoints of hosts', () => {
  const tls = { ca: 'ca', cert: 'cert', key: 'key' }
  const hostKey = `SHA256:${'a'.repeat(43)}`
  it.each<[Partial<StaticHostConfig>, Endpoint]>([
    [{ url: 'unix:///var/run/docker.sock' }, { kind: 'unix', path: '/var/run/docker.sock' }],
    [
      { url: 'tcp://10.0.0.1:2376', tls },
      { kind: 'tcp', host: '10.0.0.1', port: 2376, tls },
    ],
    [{ url: 'tcp://[fd00::5]:2375' }, { kind: 'tcp', host: 'fd00::5', port: 2375, tls: undefined }],
    [
      { url: 'ssh://ci@build.example.com', privateKey: 'k', hostKey },
      { kind: 'ssh', host: 'build.example.com', port: 22, username: 'ci', privateKey: 'k', hostKey },
    ],
    [
      { url: 'ssh://ci@build.example.com:2222', privateKey: 'k', hostKey },
      { kind: 'ssh', host: 'build.example.com', port: 2222, username: 'ci', privateKey: 'k', hostKey },
    ],
  ])('%j', (host, endpoint) => {
    expect(endpointOf({ name: 'h', url: '', ...host })).toEqual(endpoint)
  })

  it('refuses ssh without a pinned host key', () => {
    expect(() => endpointOf({ name: 'h', url: 'ssh://ci@host', privateKey: 'k' })).toThrow(Refused)
  })
})
