import { expect, it } from 'vitest'
import { loadConfig, type Config } from '../config/index.ts'
import type { Archive } from '../domain/ports/archive.ts'
import { systemClock } from '../kit/system-clock.ts'
import { createFolder } from '../../test/fakes/folder.ts'
import { holdArchive } from './archive.ts'
import { changesEngines } from './wanted.ts'

const rest = `owner: acme
sources: [{ kind: http, name: push }]
fleets:
  - { name: local, provider: static, hosts: [{ name: here, url: 'unix:///run/docker.sock', size: { cpu: 4, memory: 8Gi, disk: 90Gi } }] }
pools: [{ name: linux, serves: [{ source: push }], fleets: [local], image: 'agent:1' }]
`

async function configOf(archive: string): Promise<Config> {
  using folder = createFolder()
  const loaded = await loadConfig(folder.write('slipway.yaml', rest + archive), {})
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

const deps = { clock: systemClock, metrics: { measureArchive: (archive: Archive) => archive } }

it('an archive lives on over reloads while its place stays, and its terms change with the file', async () => {
  const first = await holdArchive(await configOf('archive: { directory: { path: /logs } }'), deps)
  const longer = await holdArchive(
    await configOf('archive: { directory: { path: /logs }, retention: 90d }'),
    deps,
    first,
  )
  expect(longer?.policy.archive).toBe(first?.policy.archive)
  expect([first?.policy.retentionMs, longer?.policy.retentionMs]).toEqual([30 * 86_400_000, 90 * 86_400_000])
  const other = await holdArchive(await configOf('archive: { directory: { path: /elsewhere } }'), deps, longer)
  expect(other?.policy.archive).not.toBe(first?.policy.archive)
  expect(await holdArchive(await configOf(''), deps, other)).toBeUndefined()
})

it('loads blobs where they are configured, and asks nothing of them yet', async () => {
  const held = await holdArchive(await configOf('archive: { azureBlob: { account: acmelogs, container: logs } }'), deps)
  expect(held?.policy.archive.kind).toBe('azureBlob')
})

it('engines are met anew when they are to keep more of a log', async () => {
  const without = await configOf('')
  const small = await configOf('archive: { directory: { path: /logs }, maxLogSize: 1Mi }')
  const moved = await configOf('archive: { directory: { path: /elsewhere }, maxLogSize: 1Mi }')
  expect(changesEngines(without, small)).toBe(true)
  expect(changesEngines(small, moved)).toBe(false)
})
