import { describe, expect, it } from 'vitest'
import { InsufficientCapacity, NotFound, Refused, Transient, Unauthorized } from '../../domain/errors.ts'
import { containerOptions } from './container.ts'
import { engineError } from './engine/errors.ts'
import { labelsOf } from './labels.ts'
import { errorIn, splitReference } from './machine-image/pull.ts'
import { workOf } from './operation.ts'
import { machineOf } from './verbs/list.ts'

const size = { milliCpu: 4000, memory: 2 ** 30, disk: 2 ** 33 }
const labels = { owner: 'acme', fleet: 'containers', machine: 'm1', sizeName: 'small', size }
const tls = { ca: 'ca', cert: 'cert', key: 'key' }

describe('a container as a machine', () => {
  const listed = (State: string, Status: string, IPAddress = '172.20.0.2') => ({
    Labels: labelsOf(labels),
    State,
    Status,
    NetworkSettings: { Networks: { any: { IPAddress } } } as never,
  })

  it.each([
    ['created', 'Created', 'creating'],
    ['running', 'Up 3 seconds', 'running'],
    ['exited', 'Exited (0) 2 minutes ago', 'stopped'],
    ['exited', 'Exited (143) 2 minutes ago', 'stopped'],
    ['exited', 'Exited (1) 2 minutes ago', 'failed'],
    ['exited', 'Exited (137) 2 minutes ago', 'failed'],
    ['removing', 'Removal In Progress', 'deleting'],
    ['dead', 'Dead', 'failed'],
  ])('%s, %s: %s', (state, status, expected) => {
    const machine = machineOf(listed(state, status), tls)
    expect(machine).toMatchObject({ name: 'm1', fleet: 'containers', state: expected, size })
    expect(machine.detail !== undefined).toBe(expected === 'failed')
    expect(machine.endpoint !== undefined).toBe(expected === 'running')
  })

  it('is reached by its address, and known by its name', () => {
    expect(machineOf(listed('running', 'Up'), tls).endpoint).toEqual({
      kind: 'tcp',
      host: '172.20.0.2',
      port: 2376,
      tls,
      serverName: 'm1',
    })
    expect(machineOf(listed('running', 'Up', ''), tls).endpoint).toBeUndefined()
  })
})

describe('what it is made with', () => {
  const made = (privileged: boolean, hostCpus = 8) =>
    containerOptions({ ...labels, image: 'docker:dind', network: 'n1', privileged, hostCpus })

  it('limits CPU, but to what the host has, and memory, without swap', () => {
    expect(made(true).HostConfig).toMatchObject({ NanoCpus: 4e9, Memory: 2 ** 30, MemorySwap: 2 ** 30 })
    expect(made(true, 2).HostConfig).toMatchObject({ NanoCpus: 2e9 })
  })

  it('is privileged, or has each thing that it needs and not the one that such hosts lack', () => {
    expect(made(true).HostConfig).toMatchObject({ Privileged: true })
    expect(made(false).HostConfig).toMatchObject({ CapAdd: ['ALL'], CapDrop: ['SYS_RESOURCE'] })
    expect(made(false).HostConfig?.Privileged).toBeUndefined()
  })

  it('shows no secret: labels, a fixed command and a path', () => {
    const { Env, Cmd, Entrypoint, Labels } = made(true)
    expect({ Env, Cmd, Entrypoint }).toEqual({
      Env: [expect.stringMatching(/^PATH=/)],
      Cmd: ['stay'],
      Entrypoint: ['/bin/sh', '/slipway/bootstrap.sh'],
    })
    expect(Labels).toMatchObject({ 'slipway.owner': 'acme', 'slipway.fleet': 'containers', 'slipway.machine': 'm1' })
  })
})

describe('errors of the engine', () => {
  const said = (statusCode: number | undefined, words: string) =>
    Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${words}`), statusCode && { statusCode })
  it.each([
    [404, 'no such container', NotFound],
    [400, 'invalid reference format', Refused],
    [429, 'too many requests', Transient],
    [500, 'something', Transient],
    [500, 'write /x: no space left on device', InsufficientCapacity],
    [500, 'all predefined address pools have been fully subnetted', InsufficientCapacity],
    [undefined, 'connect ECONNREFUSED /var/run/docker.sock', Transient],
    [undefined, 'connect EACCES /var/run/docker.sock', Unauthorized],
  ])('%s %s', (status, words, kind) => {
    const error = engineError(said(status, words), 'making m1')
    expect(error).toBeInstanceOf(kind)
    expect(error.message).toContain('making m1')
  })
})

describe('the image of machines', () => {
  it.each([
    ['docker:dind', 'docker', 'dind'],
    ['docker', 'docker', 'latest'],
    ['r.example.com:5000/a', 'r.example.com:5000/a', 'latest'],
    ['r.example.com:5000/a:1', 'r.example.com:5000/a', '1'],
    ['a/b@sha256:00', 'a/b', 'sha256:00'],
  ])('%s', (image, repository, tag) => expect(splitReference(image)).toEqual({ repository, tag }))

  it('finds the word of failure among lines of progress', () => {
    expect(errorIn('{"status":"Pulling"}\n{"errorDetail":{"message":"x"},"error":"manifest unknown"}\n')).toBe(
      'manifest unknown',
    )
    expect(errorIn('{"status":"Pulling"}\n')).toBeUndefined()
  })
})

it('refuses words that are no operation of its own', () => expect(() => workOf('hello')).toThrow(Refused))
