import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../kit/system-clock.ts'
import { candidates, findEngine } from './find-engine.ts'

describe('where an engine is looked for', () => {
  it('is DOCKER_HOST alone when it is set', () => {
    expect(candidates({ DOCKER_HOST: 'unix:///x/docker.sock' }, 0).endpoints).toEqual([
      { kind: 'unix', path: '/x/docker.sock' },
    ])
    const tcp = { kind: 'tcp', host: '10.0.0.1', port: 2375 }
    expect(candidates({ DOCKER_HOST: 'tcp://10.0.0.1:2375' }, 0).endpoints).toEqual([tcp])
    expect(candidates({ DOCKER_HOST: 'tcp://[fd00::1]:2375' }, 0).endpoints).toEqual([{ ...tcp, host: 'fd00::1' }])
  })

  it('is nowhere when DOCKER_HOST is of no use, and says why', () => {
    const { endpoints, problem } = candidates({ DOCKER_HOST: 'ssh://ci@host' }, 0)
    expect(endpoints).toEqual([])
    expect(problem).toMatchObject({ where: 'ssh://ci@host' })
  })

  it('are the usual sockets else', () => {
    const { endpoints } = candidates({ XDG_RUNTIME_DIR: '/run/user/7', HOME: '/home/u' }, 1000)
    expect(endpoints.map((endpoint) => endpoint.kind === 'unix' && endpoint.path)).toEqual([
      '/var/run/docker.sock',
      '/run/user/7/docker.sock',
      '/home/u/.docker/run/docker.sock',
      '/run/podman/podman.sock',
      '/run/user/7/podman/podman.sock',
    ])
    expect(candidates({}, 1000).endpoints).toContainEqual({ kind: 'unix', path: '/run/user/1000/docker.sock' })
  })
})

it('says what was tried when none answers', async () => {
  const found = await findEngine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' }, systemClock)
  expect(found).toMatchObject({ found: false, tried: [{ where: 'unix:///nowhere/docker.sock' }] })
})
