import { describe, expect, it } from 'vitest'
import { createFolder } from '../../test/fakes/folder.ts'
import { environmentSettings } from './env.ts'
import { localService } from './local-service.ts'

describe('the service of a configuration', () => {
  it('is found without the secrets that the rest of the file asks for', async () => {
    using folder = createFolder()
    const text = 'owner: ${NONE}\nstore: { path: data/slipway.db }\nserver: { admin: { listen: "0.0.0.0:${PORT}" } }\n'
    const found = await localService(folder.write('slipway.yaml', text), { PORT: '9000' })
    expect(found).toEqual({ url: 'http://127.0.0.1:9000', tokenPath: `${folder.path}/data/slipway.db.token` })
  })

  it.each([
    ["'[::1]:9000'", 'http://[::1]:9000'],
    ["'[::]:9000'", 'http://[::1]:9000'],
    ['ci.example.com:9000', 'http://ci.example.com:9000'],
  ])('that listens on %s is at %s', async (listen, url) => {
    using folder = createFolder()
    const text = `server: { admin: { listen: ${listen} }, public: { url: 'https://ci.example.com' } }`
    const found = await localService(folder.write('slipway.yaml', text), {})
    expect(found).toMatchObject({ url, publicUrl: 'https://ci.example.com' })
  })

  it('is unknown without a file, or with one that says nothing sensible', async () => {
    using folder = createFolder()
    expect(await localService(`${folder.path}/none.yaml`, {})).toBeUndefined()
    expect(await localService(folder.write('a.yaml', 'server: 1'), {})).toBeUndefined()
    expect(await localService(folder.write('b.yaml', 'a: [b'), {})).toBeUndefined()
  })
})

describe('the environment', () => {
  it('says what is set, and nothing of what is empty', () => {
    expect(environmentSettings({ SLIPWAY_URL: 'http://a', SLIPWAY_TOKEN: '', NO_COLOR: '1' })).toEqual({
      url: 'http://a',
      color: false,
    })
    expect(environmentSettings({ FORCE_COLOR: '1', SLIPWAY_CONFIG: 'a.yaml', SLIPWAY_TOKEN: 't' })).toEqual({
      color: true,
      configPath: 'a.yaml',
      token: 't',
    })
  })
})
