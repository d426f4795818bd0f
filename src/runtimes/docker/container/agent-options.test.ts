import { describe, expect, it } from 'vitest'
import { Refused } from '../../../domain/errors.ts'
import { strictIsolation } from '../../../domain/pool.ts'
import type { ContainerSpec } from '../../../domain/ports/runtime.ts'
import { agentOptions, type AgentOptionsInput } from './agent-options.ts'
import { SUDO_CAPABILITIES } from './capabilities.ts'
import { ENGINE_SOCKET, engineOptions } from './engine-options.ts'

const GIB = 2 ** 30
const settings = { noProxy: [], caBundle: async () => undefined, engineImage: 'docker:dind' }
const abilities = { init: true, storageSize: true, privileged: true }

function input(spec: Partial<ContainerSpec> = {}, more: Partial<AgentOptionsInput> = {}): AgentOptionsInput {
  return {
    owner: 'acme',
    spec: {
      key: 'k1',
      pool: 'linux',
      image: 'tool:1',
      command: ['run', '--fast'],
      resources: { milliCpu: 1500, memory: 2 * GIB, disk: 10 * GIB },
      isolation: strictIsolation,
      containers: 'none',
      runsAtOnce: false,
      ...spec,
    },
    image: { id: 'sha256:1', entrypoint: ['entry'], command: ['entry', 'arg'] },
    network: 'slipway-acme',
    settings,
    abilities,
    withCa: false,
    ...more,
  }
}

describe('an agent’s container', () => {
  it('is closed in by default', () => {
    const { HostConfig } = agentOptions(input())
    expect(HostConfig).toMatchObject({
      Privileged: false,
      CapDrop: ['ALL'],
      CapAdd: [],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 4096,
      Memory: 2 * GIB,
      MemorySwap: 2 * GIB,
      NanoCpus: 1_500_000_000,
      StorageOpt: { size: String(10 * GIB) },
      NetworkMode: 'slipway-acme',
      Init: true,
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
    })
    expect(HostConfig).not.toHaveProperty('Binds')
  })

  it('relaxes what the pool relaxes, visibly', () => {
    const isolation = { ...strictIsolation, sudo: true, capabilities: ['cap_net_raw', 'CHOWN'], pids: 64 }
    const { HostConfig } = agentOptions(input({ isolation }))
    expect(HostConfig?.CapAdd).toEqual([...SUDO_CAPABILITIES, 'NET_RAW'].sort())
    expect(HostConfig?.SecurityOpt).toEqual([])
    expect(HostConfig?.PidsLimit).toBe(64)
  })

  it.each(['process', 'hyperv'] as const)(
    'asks an engine of Windows for %s, and for nothing that it lacks',
    (windows) => {
      const { HostConfig = {} } = agentOptions(input({ isolation: { ...strictIsolation, windows } }))
      expect(HostConfig).toMatchObject({ Isolation: windows, Memory: 2 * GIB, NanoCpus: 1_500_000_000 })
      expect(HostConfig).toMatchObject({ StorageOpt: { size: String(10 * GIB) }, NetworkMode: 'slipway-acme' })
      for (const name of [
        'CapAdd',
        'CapDrop',
        'PidsLimit',
        'SecurityOpt',
        'MemorySwap',
        'Init',
        'GroupAdd',
        'Privileged',
      ])
        expect(HostConfig).not.toHaveProperty(name)
    },
  )

  it('leaves out what the engine can’t do', () => {
    const { HostConfig } = agentOptions(input({}, { abilities: { ...abilities, init: false, storageSize: false } }))
    expect(HostConfig).not.toHaveProperty('Init')
    expect(HostConfig).not.toHaveProperty('StorageOpt')
  })

  it('runs the pool’s command, else the image’s own', () => {
    expect(agentOptions(input()).Cmd).toEqual(['run', '--fast'])
    expect(agentOptions(input({ command: [] })).Cmd).toEqual(['entry', 'arg'])
    const image = { id: 'sha256:1', entrypoint: [], command: [] }
    expect(() => agentOptions(input({ command: [] }, { image }))).toThrow(Refused)
  })

  it('is found by its labels', () => {
    expect(agentOptions(input()).Labels).toEqual({
      'slipway.owner': 'acme',
      'slipway.pool': 'linux',
      'slipway.agent': 'k1',
    })
    expect(agentOptions(input({ runsAtOnce: true })).Labels).toHaveProperty('slipway.runs-at-once', '1')
  })

  it('gets proxy and certificates', () => {
    const { Env } = agentOptions(
      input({}, { settings: { ...settings, proxy: 'http://p:1', noProxy: ['.x'] }, withCa: true }),
    )
    expect(Env).toEqual(
      expect.arrayContaining([
        'HTTP_PROXY=http://p:1',
        'https_proxy=http://p:1',
        'NO_PROXY=localhost,127.0.0.1,::1,.x',
        'SSL_CERT_FILE=/etc/slipway/ca-bundle.pem',
      ]),
    )
  })
})

describe('an engine beside the agent', () => {
  const { spec } = input({ containers: 'dind' })
  const image = { id: 'sha256:2', entrypoint: ['dockerd-entrypoint.sh'], command: ['dockerd-entrypoint.sh'] }
  const beside = (privileged: boolean) =>
    engineOptions({
      owner: 'acme',
      spec,
      agentId: 'abc',
      image,
      settings,
      abilities: { ...abilities, privileged },
      withCa: false,
    })

  it('shares the agent’s resources, network and volumes, and no socket of the host', () => {
    const agent = agentOptions(input({ containers: 'dind' }))
    const engine = beside(true)
    expect((agent.HostConfig?.Memory ?? 0) + (engine.HostConfig?.Memory ?? 0)).toBe(spec.resources.memory)
    expect((agent.HostConfig?.NanoCpus ?? 0) + (engine.HostConfig?.NanoCpus ?? 0)).toBe(1_500_000_000)
    expect(engine.HostConfig).toMatchObject({ NetworkMode: 'container:abc', VolumesFrom: ['abc'], Privileged: true })
    expect(agent.Env).toContain(`DOCKER_HOST=unix://${ENGINE_SOCKET}`)
    expect(agent.HostConfig?.Privileged).toBe(false)
    expect(JSON.stringify([agent.HostConfig, engine.HostConfig])).not.toContain('docker.sock')
    expect(engine.Labels).toEqual({ 'slipway.owner': 'acme', 'slipway.helper-of': 'k1' })
  })

  it('names its capabilities where privileged is refused', () => {
    expect(beside(false).HostConfig).toMatchObject({ CapAdd: ['ALL'], CapDrop: ['SYS_RESOURCE'] })
    expect(beside(false).HostConfig).not.toHaveProperty('Privileged')
  })
})
