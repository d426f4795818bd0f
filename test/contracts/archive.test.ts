import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CredentialUnavailableError, type TokenCredential } from '@azure/identity'
import {
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAzureBlobArchive } from '../../src/archives/azure-blob/index.ts'
import { azureBlobArchiveSchema } from '../../src/archives/azure-blob/schema.ts'
import { createDirectoryArchive } from '../../src/archives/directory/index.ts'
import { NotFound, Throttled, Transient, Unauthorized } from '../../src/domain/errors.ts'
import { logName, type Archive } from '../../src/domain/ports/archive.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { createFakeArchive } from '../fakes/archive.ts'
import { createFolder } from '../fakes/folder.ts'
import { selfSigned } from '../fakes/tls.ts'
import { archiveContract, chunksOf, someFacts, type ArchiveUnderTest } from './archive.ts'
import { startAzurite, type Azurite } from './azurite.ts'

const clock = systemClock
const owner = 'acme-ci'
let azurite: Azurite
let service: BlobServiceClient
let containers = 0

beforeAll(async () => {
  azurite = await startAzurite()
  service = BlobServiceClient.fromConnectionString(azurite.connectionString)
}, 30_000)
afterAll(() => azurite.close())

archiveContract('in memory, for tests', async () => {
  const archive = createFakeArchive(owner)
  return {
    archive,
    owner,
    everything: async () => [...archive.logs.keys()],
    plant: async (name) => void archive.logs.set(name, Buffer.from('theirs')),
    close: async () => undefined,
  }
})

archiveContract('directory', async () => {
  const folder = createFolder()
  const path = join(folder.path, 'logs')
  return {
    archive: createDirectoryArchive({ path }, { owner, clock }),
    owner,
    everything: async () => filesBelow(path),
    async plant(name) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), 'theirs')
    },
    close: async () => folder[Symbol.dispose](),
  }
})

archiveContract('azure blob, with a key', () =>
  openBlobs((container) => ({ container, connectionString: azurite.connectionString })),
)

archiveContract('azure blob, with a signature and a prefix', () =>
  openBlobs((container) => ({ container, url: azurite.url, prefix: 'ci/logs', sas: signature(container) }), 'ci/logs/'),
)

async function openBlobs(configOf: (container: string) => object, prefix = ''): Promise<ArchiveUnderTest> {
  const name = `logs-${++containers}`
  const client = service.getContainerClient(name)
  await client.create()
  return {
    archive: createAzureBlobArchive(azureBlobArchiveSchema.parse(configOf(name)), { owner, clock }),
    owner,
    async everything() {
      const names: string[] = []
      for await (const blob of client.listBlobsFlat({ includeUncommitedBlobs: false }))
        names.push(blob.name.slice(prefix.length))
      return names
    },
    plant: async (planted) => void (await client.getBlockBlobClient(`${prefix}${planted}`).upload('x', 1)),
    close: async () => void (await client.delete()),
  }
}

function signature(containerName: string, permissions = 'rcwdl'): string {
  const expiresOn = new Date(clock.wall() + 3_600_000)
  const rights = { containerName, permissions: ContainerSASPermissions.parse(permissions), expiresOn }
  return generateBlobSASQueryParameters(rights, new StorageSharedKeyCredential(azurite.account, azurite.key)).toString()
}

/** What an identity's token looks like; nobody has signed it. */
function identity(audience: string): TokenCredential {
  const now = Math.floor(clock.wall() / 1000)
  const claims = {
    aud: audience,
    iss: 'https://sts.windows.net/tenant/',
    nbf: now - 60,
    iat: now - 60,
    exp: now + 3600,
  }
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return { getToken: async () => ({ token: `${text.join('.')}.unsigned`, expiresOnTimestamp: (now + 3600) * 1000 }) }
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
}

function putOne(archive: Archive, text = 'x') {
  const facts = someFacts()
  const { signal } = new AbortController()
  return archive.put({ name: logName(owner, facts), facts, content: chunksOf(text) }, signal)
}

describe('a directory as archive', () => {
  it('is for this user alone', async () => {
    using folder = createFolder()
    const path = join(folder.path, 'new', 'logs')
    const { url } = await putOne(createDirectoryArchive({ path }, { owner, clock }))
    const file = new URL(url)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const above of [path, join(path, owner), dirname(file.pathname)])
      expect(statSync(above).mode & 0o777).toBe(0o700)
  })

  it('removes what an attempt left that was killed, with its day', async () => {
    using folder = createFolder()
    const day = join(folder.path, owner, '2026-11-20', 'github', 'acme')
    mkdirSync(day, { recursive: true })
    writeFileSync(join(day, '.1-a.log.0123456789ab.part'), 'half')
    const archive = createDirectoryArchive({ path: folder.path }, { owner, clock })
    expect(await archive.prune(Date.parse('2026-11-24'), 100)).toBe(0)
    expect(readdirSync(join(folder.path, owner))).toEqual([])
  })

  it('says NotFound where a file stands in its place, and the doctor says so too', async () => {
    using folder = createFolder()
    const archive = createDirectoryArchive({ path: join(folder.write('file', 'x'), 'logs') }, { owner, clock })
    await expect(putOne(archive)).rejects.toBeInstanceOf(NotFound)
    expect(await archive.examine()).toMatchObject([
      { about: 'archive', level: 'error', mend: expect.stringContaining('archive.directory.path') },
    ])
  })
})

describe('azure blob as archive', () => {
  const open = (config: object) => createAzureBlobArchive(azureBlobArchiveSchema.parse(config), { owner, clock })
  const made = async (name: string) => {
    await service.getContainerClient(name).createIfNotExists()
    return name
  }

  it('says what it is of: text that browsers show, and whose log it is', async () => {
    const container = await made('facts')
    const { url } = await putOne(open({ container, connectionString: azurite.connectionString }))
    const blob = service.getContainerClient(container).getBlobClient(decodeURIComponent(url.split('/facts/')[1] ?? ''))
    const { contentType, contentDisposition, metadata } = await blob.getProperties()
    expect({ contentType, contentDisposition }).toEqual({
      contentType: 'text/plain; charset=utf-8',
      contentDisposition: 'inline',
    })
    expect(metadata).toMatchObject({
      slipwayowner: owner,
      agent: 'kq3xa7',
      repository: 'acme%2Fwidgets',
      exit: 'finished',
    })
    expect(decodeURIComponent(metadata?.['name'] ?? '')).toBe('büild “x”')
  })

  it('says Unauthorized for a wrong key, an overdue or narrow signature, and names what to mend', async () => {
    const container = await made('rights')
    const wrong = azurite.connectionString.replace(azurite.key, Buffer.from('another key').toString('base64'))
    const cases: [object, RegExp][] = [
      [{ container, connectionString: wrong }, /connectionString/],
      [{ container, url: azurite.url, sas: signature(container, 'r') }, /must be valid and grant read, create/],
      [
        { container, url: azurite.url, sas: 'sv=2020-08-04&sr=c&sp=rcwdl&se=2020-01-01T00:00:00Z&sig=secretsecret%3D' },
        /sas/,
      ],
    ]
    for (const [config, mend] of cases) {
      const failure = await putOne(open(config)).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(Unauthorized)
      expect((failure as Error).message).toMatch(mend)
      expect((failure as Error).message).not.toContain('secretsecret')
      expect(await open(config).examine()).toMatchObject([{ about: 'archive', level: 'error' }])
    }
  })

  it(
    'is let in by a token of an identity, over TLS with a certificate of the configured authority',
    { timeout: 30_000 },
    async () => {
      const secure = await startAzurite({ tls: true })
      using folder = createFolder()
      const caFile = folder.write('ca.pem', selfSigned.cert)
      const config = azureBlobArchiveSchema.parse({ url: secure.url, container: 'logs' })
      const openAs = (credential: TokenCredential) =>
        createAzureBlobArchive(config, { owner, clock, caFile, credential })
      try {
        const archive = openAs(identity('https://storage.azure.com'))
        const failure = await putOne(archive).catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(NotFound)
        expect((failure as Error).message).toContain('ContainerNotFound')
        const stranger = await putOne(openAs(identity('https://elsewhere.example.com'))).catch(
          (error: unknown) => error,
        )
        expect(stranger).toBeInstanceOf(Unauthorized)
        expect((stranger as Error).message).toContain('Storage Blob Data Contributor')
        const nobody = await putOne(
          openAs({ getToken: () => Promise.reject(new CredentialUnavailableError('no identity here')) }),
        ).catch((error: unknown) => error)
        expect(nobody).toBeInstanceOf(Unauthorized)
        expect((nobody as Error).message).toContain('no identity here')
        const blind = await putOne(
          createAzureBlobArchive(config, { owner, clock, credential: identity('https://storage.azure.com') }),
        ).catch((error: unknown) => error)
        expect(blind).toBeInstanceOf(Transient)
      } finally {
        await secure.close()
      }
    },
  )

  it('finds in the doctor that a signature does not let it remove', async () => {
    const container = await made('no-delete')
    const [finding] = await open({ container, url: azurite.url, sas: signature(container, 'rcwl') }).examine()
    expect(finding).toMatchObject({ level: 'error', finding: expect.stringContaining('removing') })
  })

  it('says NotFound for a container that is not there, and what to make', async () => {
    const archive = open({ container: 'nowhere', connectionString: azurite.connectionString })
    const failure = await putOne(archive).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(NotFound)
    expect((failure as Error).message).toMatch(/make the container http\S+\/nowhere$/)
    expect(await archive.examine()).toMatchObject([
      { level: 'error', mend: expect.stringContaining('make the container') },
    ])
  })

  it('says Transient when nobody listens there', async () => {
    const gone = open({ container: 'logs', url: 'http://127.0.0.1:9/acct', sas: 'sv=x&sig=y' })
    await expect(putOne(gone)).rejects.toBeInstanceOf(Transient)
  })

  it.each([
    [503, 'ServerBusy', Throttled],
    [500, 'InternalError', Transient],
    [403, 'AuthorizationPermissionMismatch', Unauthorized],
  ])('takes %i %s for what it is, and asks once', async (status, code, expected) => {
    let asked = 0
    const server = createServer((request, response) => {
      asked++
      request.resume()
      const headers = { 'content-type': 'application/xml', 'x-ms-error-code': code, 'retry-after': '7' }
      response.writeHead(status, headers)
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>Not now.\nRequestId:1</Message></Error>`)
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acct`
    try {
      const failure = await putOne(open({ container: 'logs', url, sas: 'sv=x&sig=y' })).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(expected)
      expect(failure instanceof Throttled ? failure.retryAfterMs : 7000).toBe(7000)
      expect(asked).toBe(1)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('gives up on a service that says nothing', async () => {
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acct`
    const config = azureBlobArchiveSchema.parse({ container: 'logs', url, sas: 'sv=x&sig=y' })
    try {
      const archive = createAzureBlobArchive(config, { owner, clock, deadlineMs: 50 })
      await expect(putOne(archive)).rejects.toThrow(/does not answer/)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
