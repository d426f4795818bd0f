import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { createFolder } from '../../test/fakes/folder.ts'
import { loadConfig } from './load.ts'
import { problemText } from './reading/problem.ts'
import { secretsOf } from './secrets.ts'

const host = { name: 'here', url: 'unix:///run/docker.sock', size: { cpu: 4, memory: '8Gi', disk: '40Gi' } }
const rest = {
  owner: 'acme',
  sources: [{ kind: 'http', name: 'push' }],
  fleets: [{ name: 'local', provider: 'static', hosts: [host] }],
  pools: [{ name: 'linux', serves: [{ source: 'push' }], fleets: ['local'], image: 'agent:1' }],
}

async function load(archive: object | undefined) {
  using folder = createFolder()
  const path = folder.write('slipway.yaml', stringify({ ...rest, ...(archive && { archive }) }))
  return { loaded: await loadConfig(path, {}), folder: folder.path }
}

async function problems(archive: object): Promise<string[]> {
  const { loaded } = await load(archive)
  return loaded.ok ? [] : loaded.problems.map(problemText)
}

const blobs = { account: 'acmelogs', container: 'logs' }

describe('the archive in the configuration', () => {
  it('is not there unless it is asked for', async () => {
    const { loaded } = await load(undefined)
    expect(loaded.ok && loaded.config.archive).toBeUndefined()
  })

  it('is a directory relative to the file, with the usual times and sizes', async () => {
    const { loaded, folder } = await load({ directory: { path: 'logs' } })
    expect(loaded.ok && loaded.config.archive).toEqual({
      place: { kind: 'directory', settings: { path: join(folder, 'logs') } },
      retentionMs: 30 * 86_400_000,
      maxLogBytes: 64 * 2 ** 20,
      patienceMs: 60_000,
    })
  })

  it('is a container of blobs, by identity unless it says otherwise', async () => {
    const { loaded } = await load({ azureBlob: blobs, retention: '7d', maxLogSize: '1Mi', patience: '5s' })
    expect(loaded.ok && loaded.config.archive).toEqual({
      place: { kind: 'azureBlob', settings: blobs },
      retentionMs: 7 * 86_400_000,
      maxLogBytes: 2 ** 20,
      patienceMs: 5000,
    })
  })

  it.each([
    ['neither place', {}, /one of them only/],
    ['both places', { directory: { path: 'x' }, azureBlob: blobs }, /one of them only/],
    ['an unknown key', { directory: { path: 'x' }, retentoin: '1d' }, /retentoin.*retention/s],
    ['a size too small', { directory: { path: 'x' }, maxLogSize: '1Ki' }, /64Ki/],
    ['no account', { azureBlob: { container: 'logs' } }, /`account`, `url` or `connectionString`: one of them/],
    ['two addresses', { azureBlob: { ...blobs, url: 'https://x.example.com' } }, /one of `account`, `url`/],
    [
      'two rights',
      { azureBlob: { container: 'logs', connectionString: 'a=b', sas: 'sig=1' } },
      /by what right already/,
    ],
    ['a container in capitals', { azureBlob: { account: 'acmelogs', container: 'Logs' } }, /slipway-logs/],
    ['a prefix that climbs', { azureBlob: { ...blobs, prefix: '/../x' } }, /prefix/],
  ])('refuses %s', async (_what, archive, reason) => {
    expect((await problems(archive)).join('\n')).toMatch(reason)
  })

  it('hides the key and the signature in the log, however they stand there', async () => {
    const connectionString = 'DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a2V5LW9mLXRoZS1hY2NvdW50;'
    const { loaded: keyed } = await load({ azureBlob: { container: 'logs', connectionString } })
    expect(keyed.ok && secretsOf(keyed.config)).toEqual([connectionString, 'a2V5LW9mLXRoZS1hY2NvdW50'])
    const sas = 'sv=2024-11-04&sr=c&sp=rcwdl&sig=c2lnbmF0dXJl%2Bx%3D'
    const { loaded: signed } = await load({ azureBlob: { ...blobs, sas } })
    expect(signed.ok && secretsOf(signed.config)).toEqual([sas, 'c2lnbmF0dXJl%2Bx%3D', 'c2lnbmF0dXJl+x='])
  })
})
