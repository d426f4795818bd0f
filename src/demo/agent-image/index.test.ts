import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildDemoAgentImage, type ImageEngine } from './index.ts'

/** An engine that has these tags; `able` are the images with the tools. Records what it was asked. */
function fakeEngine(wanted: { tags?: string[]; able?: string[]; canPull?: boolean }) {
  const calls: string[] = []
  const built = new Set<string>()
  const engine: ImageEngine = {
    architecture: async () => 'amd64',
    has: async (reference) => built.has(reference),
    tags: async () => wanted.tags ?? [],
    async build(context, tag) {
      calls.push(`build ${/FROM (\S+)/.exec(context.toString('latin1'))?.[1]}`)
      built.add(tag)
    },
    async pull(reference) {
      calls.push(`pull ${reference}`)
      if (!wanted.canPull) throw new Error('no network')
    },
    async succeeds(image) {
      calls.push(`try ${image}`)
      return (wanted.able ?? []).includes(image)
    },
    remove: async () => {},
  }
  return { engine, calls }
}

/** Where a static busybox of the engine's architecture lies. */
function staticBusybox(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'slipway-busybox-')), 'busybox')
  const file = Buffer.alloc(120)
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(0x3e, 18)
  writeFileSync(path, file, { mode: 0o755 })
  return path
}

test('a well-known local image that has the tools comes first', async () => {
  const tags = ['mine/alpine:1', 'debian:12', 'example/library/alpine:3']
  const { engine, calls } = fakeEngine({ tags, able: ['example/library/alpine:3', 'mine/alpine:1'] })
  const image = await buildDemoAgentImage(engine, { places: [staticBusybox()] })
  expect(image.madeOf).toBe('the local image example/library/alpine:3')
  expect(calls).toEqual(['try debian:12', 'try example/library/alpine:3', 'build example/library/alpine:3'])
})

test('without one, a static busybox of this machine makes the whole image, once', async () => {
  const { engine, calls } = fakeEngine({})
  const options = { places: ['/nowhere/busybox', staticBusybox()] }
  const image = await buildDemoAgentImage(engine, options)
  expect(await buildDemoAgentImage(engine, options)).toEqual(image)
  expect(calls).toEqual(['build scratch'])
})

test('else busybox is pulled', async () => {
  const { engine, calls } = fakeEngine({ canPull: true })
  await buildDemoAgentImage(engine, { places: [] })
  expect(calls).toEqual(['pull busybox:stable', 'build busybox:stable'])
})

test('with nothing at hand the error says what to install', async () => {
  const { engine } = fakeEngine({})
  await expect(buildDemoAgentImage(engine, { places: [] })).rejects.toThrow('Install the package busybox-static')
})
