import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ImageUnavailable } from '../../src/domain/errors.ts'
import type { ContainerRuntime, ContainerSpec } from '../../src/domain/ports/runtime.ts'
import { HELPER_OF } from '../../src/runtimes/docker/labels.ts'
import { canMakeEngineImage, engineImage } from './runtime/engine-image.ts'
import { startMachine, type TestMachine } from './runtime/machine.ts'
import { startRegistry } from './runtime/registry.ts'

/** What a job with containers does: build an image, run one with its work folder, and use a service on localhost. */
const JOB = `set -e
docker version --format 'engine {{.Server.Version}}'
mkdir -p /root/image/bin && cp /bin/busybox /root/image/bin/
tar -C /root/image -c . | docker import - tool >/dev/null
echo checkout > /home/runner/_work/file
docker run --rm -v /home/runner/_work:/work tool busybox cat /work/file
docker run -d -p 8080:80 tool busybox sh -c 'echo served | busybox nc -l -p 80' >/dev/null
busybox nc localhost 8080 </dev/null
docker run --rm tool busybox sh -c 'busybox dd if=/dev/zero of=/dev/null bs=900M count=1 2>/dev/null' || echo "hungry: $?"
`

describe.skipIf(!canMakeEngineImage())('an engine beside the agent', () => {
  let machine: TestMachine
  let runtime: ContainerRuntime
  let image: string

  beforeAll(async () => {
    machine = await startMachine()
    image = await engineImage(machine.docker)
    runtime = machine.open({ engineImage: image })
  }, 600_000)
  afterAll(() => machine.close())

  async function dind(key: string, script: string): Promise<ContainerSpec> {
    const resources = { milliCpu: 2000, memory: 1024 * 2 ** 20, disk: 0 }
    return machine.spec(key, ['/bin/sh', '-c', script], { image, resources, containers: 'dind' })
  }

  function ended(key: string) {
    return vi.waitFor(
      async () => {
        const end = await runtime.end(key)
        if (!end) throw new Error(`${key} still runs`)
        return end
      },
      { timeout: 60_000, interval: 200 },
    )
  }

  async function leftOf(key: string) {
    const filters = { label: [`${HELPER_OF}=${key}`] }
    const [containers, networks] = await Promise.all([
      machine.docker.listContainers({ all: true, filters }),
      machine.docker.listNetworks({ filters }),
    ])
    return { containers: containers.length, networks: networks.length }
  }

  it('runs the containers of a job, which shares its work folder with them', async () => {
    const volumesBefore = (await machine.docker.listVolumes()).Volumes.length
    await runtime.prepare(await dind('builder', JOB))
    expect(await leftOf('builder')).toEqual({ containers: 1, networks: 1 })
    expect((await runtime.list()).map(({ key }) => key)).toEqual(['builder'])
    await runtime.activate('builder', { env: {} })
    const end = await ended('builder')
    expect(end.tail).toMatch(/^engine \d+/)
    expect(end.tail.split('\n').slice(1)).toEqual(['checkout', 'served', 'hungry: 137', ''])
    expect(end.exit).toMatchObject({ kind: 'finished', exitCode: 0 })
    await runtime.remove('builder')
    expect(await leftOf('builder')).toEqual({ containers: 0, networks: 0 })
    expect((await machine.docker.listVolumes()).Volumes).toHaveLength(volumesBefore)
  })

  it('is found and removed after a crash, when its agent is gone already', async () => {
    await runtime.prepare(await dind('crashed', 'sleep 600'))
    await machine.docker.getContainer(`slipway-${machine.owner}-crashed`).remove({ force: true })
    const next = machine.open()
    expect(await next.list()).toEqual([{ key: 'crashed', pool: '', phase: 'exited' }])
    await next.remove('crashed')
    expect(await leftOf('crashed')).toEqual({ containers: 0, networks: 0 })
    expect(await next.list()).toEqual([])
  })

  it('keeps the host’s engine out of the job’s sight', async () => {
    await runtime.prepare(
      await dind('inner', 'docker ps -a --format "{{.Names}}"; docker info --format "{{.Name}}"; hostname'),
    )
    await runtime.activate('inner', { env: {} })
    const { tail } = await ended('inner')
    expect(tail.split('\n')).toHaveLength(3)
    expect(tail).not.toContain('slipway')
    await runtime.remove('inner')
  })

  it('fetches the engine’s image when it is wanted first, and says so when it is not to be had', async () => {
    const registry = await startRegistry('ci', 'right')
    const registries = [{ host: registry.host, username: 'ci', password: 'right' }]
    const other = machine.open({ engineImage: `${registry.host}/acme/nothing:1`, registries })
    const spec = await dind('lacking', 'true')
    await expect(other.prepare(spec)).rejects.toThrow('is being fetched')
    await vi.waitFor(() => expect(other.prepare(spec)).rejects.toThrow(ImageUnavailable), { timeout: 20_000 })
    expect(await leftOf('lacking')).toEqual({ containers: 0, networks: 0 })
    expect(await other.list()).toEqual([])
    await registry.close()
  })
})
