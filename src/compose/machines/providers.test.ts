import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { createFolder } from '../../../test/fakes/folder.ts'
import { loadConfig, type Config } from '../../config/index.ts'
import { Refused } from '../../domain/errors.ts'
import type { MachineProvider } from '../../domain/ports/provider.ts'
import { systemClock } from '../../kit/system-clock.ts'
import { createMemoryStore } from '../../store/memory/index.ts'
import { createMachineSetup } from './machine-setup.ts'
import { createProviders } from './providers.ts'
import { silentLogger } from '../silent-logger.ts'

const size = { name: 'small', cpu: 4, memory: '8Gi', disk: '40Gi' }
const host = { name: 'here', url: 'unix:///var/run/docker.sock', size: { cpu: 4, memory: '8Gi', disk: '40Gi' } }

async function configOf({ sizes = [size], hosts = [host], more = {}, fleet = {} } = {}): Promise<Config> {
  using folder = createFolder()
  const file = {
    owner: 'acme',
    authority: { key: 'sealed-with-more-than-32-characters' },
    sources: [{ kind: 'http', name: 'push' }],
    fleets: [
      { name: 'local', provider: 'static', hosts },
      { name: 'one', provider: 'docker', sizes, ...fleet },
      { name: 'two', provider: 'docker', sizes },
    ],
    pools: [{ name: 'linux', serves: [{ source: 'push' }], fleets: ['local', 'one', 'two'], image: 'agent:1' }],
    ...more,
  }
  const loaded = await loadConfig(folder.write('slipway.yaml', stringify(file)), {})
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

const deps = {
  clock: systemClock,
  logger: silentLogger,
  metrics: { measureProvider: (provider: MachineProvider) => provider },
}

describe('providers', () => {
  it('are one of each kind, which lives on over reloads and knows the new fleets', async () => {
    const config = await configOf()
    const providers = createProviders(config, createMemoryStore(), deps)
    const before = await providers.use(config)
    expect(before.get('one')).toBe(before.get('two'))
    expect(before.get('one')).not.toBe(before.get('local'))
    const after = await providers.use(await configOf({ sizes: [size, { ...size, name: 'large' }] }))
    expect(after.get('one')).toBe(before.get('one'))
    const offers = await after.get('one')?.elastic?.offers('one')
    expect(offers?.map(({ sizeName }) => sizeName)).toEqual(['small', 'large'])
  })

  it('of given hosts are made anew when the hosts are others', async () => {
    const config = await configOf()
    const providers = createProviders(config, createMemoryStore(), deps)
    const before = await providers.use(config)
    expect((await providers.use(await configOf())).get('local')).toBe(before.get('local'))
    const after = await providers.use(await configOf({ hosts: [{ ...host, name: 'there' }] }))
    expect((await after.get('local')?.list('local'))?.machines.map(({ name }) => name)).toEqual(['there'])
  })
})

describe('how machines are set up', () => {
  const machine = { name: 'm1', fleet: 'one' }

  it('by an authority that is kept, sealed, over restarts', async () => {
    const config = await configOf()
    const store = createMemoryStore()
    const first = createMachineSetup(() => config, store, systemClock)
    const identity = await first.identity()
    expect(await createMachineSetup(() => config, store, systemClock).identity()).toEqual(identity)
    expect(await store.setting('authority')).not.toContain('BEGIN')
  })

  it('with a key pair for each, and what the fleet says', async () => {
    const config = await configOf({ fleet: { bootstrap: { after: 'echo mine', allowPrivate: ['10.9.0.0/16'] } } })
    const setup = createMachineSetup(() => config, createMemoryStore(), systemClock)
    const [{ script }, again] = [await setup.bootstrap(machine), await setup.bootstrap(machine)]
    expect(script).toContain('echo mine')
    expect(script).toContain('10.9.0.0/16')
    expect(script).not.toBe(again.script)
  })

  it.each([
    ['copied', true, false],
    ['fetched ahead', false, true],
  ])('images are %s', async (_how, loadImages, ahead) => {
    const config = await configOf({ fleet: { loadImages } })
    const setup = createMachineSetup(() => config, createMemoryStore(), systemClock)
    expect((await setup.bootstrap(machine)).script.includes('agent:1')).toBe(ahead)
  })

  it('not beside the service, where the authority is not at hand', async () => {
    const config = await configOf()
    const setup = createMachineSetup(() => config, undefined, systemClock)
    await expect(setup.identity()).rejects.toThrow(Refused)
    await expect(setup.bootstrap(machine)).rejects.toThrow(Refused)
  })
})
