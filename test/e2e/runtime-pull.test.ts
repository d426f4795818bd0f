import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ImageUnavailable, SlipwayError } from '../../src/domain/errors.ts'
import { DeadlineExceeded } from '../../src/kit/deadline.ts'
import { startMachine, type TestMachine } from './runtime/machine.ts'
import { startRegistry, type TestRegistry } from './runtime/registry.ts'

const quietly = () => undefined

describe('pulling images', () => {
  let machine: TestMachine
  let registry: TestRegistry
  let login: { host: string; username: string; password: string }

  beforeAll(async () => {
    machine = await startMachine()
    registry = await startRegistry('ci', 'right')
    login = { host: registry.host, username: 'ci', password: 'right' }
  })
  afterEach(async () => {
    registry.answerLayers('whole')
    registry.asked.length = 0
    for (const { Id, RepoTags, RepoDigests } of await machine.docker.listImages()) {
      const names = [...(RepoTags ?? []), ...(RepoDigests ?? [])]
      if (names.some((name) => name.startsWith(registry.host)))
        await machine.docker.getImage(Id).remove({ force: true })
    }
  })
  afterAll(async () => {
    await machine.close()
    await registry.close()
  })

  it('fetches by tag with the credentials of the registry, telling how it goes', async () => {
    const runtime = machine.open({ registries: [login] })
    const image = `${registry.host}/acme/tool:1`
    const words: string[] = []
    expect(await runtime.hasImage(image)).toBe(false)
    await runtime.pull(image, (progress) => words.push(progress))
    expect(await runtime.hasImage(image)).toBe(true)
    expect(words.join('\n')).toContain('Pull complete')
  })

  it('fetches by digest', async () => {
    const runtime = machine.open({ registries: [login] })
    const image = `${registry.host}/acme/tool@${registry.digest}`
    await runtime.pull(image, quietly)
    expect(await runtime.hasImage(image)).toBe(true)
  })

  it('fetches once for all who ask at the same time', async () => {
    const runtime = machine.open({ registries: [login] })
    const heard = [0, 0]
    const pulls = heard.map((_, index) => runtime.pull(`${registry.host}/acme/tool:1`, () => void heard[index]!++))
    await Promise.all(pulls)
    expect(registry.asked.filter((what) => what === 'layer')).toHaveLength(1)
    expect(Math.min(...heard)).toBeGreaterThan(0)
  })

  it.each([
    ['wrong credentials', 'acme/tool:1', 'wrong'],
    ['a tag that is not there', 'acme/tool:2', 'right'],
    ['a repository that is not there', 'acme/nothing:1', 'right'],
  ])('says ImageUnavailable for %s', async (_name, path, password) => {
    const runtime = machine.open({ registries: [{ ...login, password }] })
    await expect(runtime.pull(`${registry.host}/${path}`, quietly)).rejects.toThrow(ImageUnavailable)
  })

  it('keeps credentials for their own registry, and out of its errors', async () => {
    const runtime = machine.open({ registries: [{ ...login, host: 'elsewhere.example.com' }] })
    const pull = runtime.pull(`${registry.host}/acme/tool:1`, quietly)
    await expect(pull).rejects.toThrow(ImageUnavailable)
    await expect(pull).rejects.not.toThrow('right')
  })

  it('notices an error in the middle of the stream', async () => {
    registry.answerLayers('broken')
    const runtime = machine.open({ registries: [login] })
    const image = `${registry.host}/acme/tool:1`
    await expect(runtime.pull(image, quietly)).rejects.toThrow(SlipwayError)
    expect(await runtime.hasImage(image)).toBe(false)
  })

  it('gives up when nothing moves any more', async () => {
    registry.answerLayers('never')
    const runtime = machine.open({ registries: [login], deadlines: { pull: 700 } })
    await expect(runtime.pull(`${registry.host}/acme/tool:1`, quietly)).rejects.toThrow(DeadlineExceeded)
  })
})
