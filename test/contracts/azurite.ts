import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { createFolder } from '../fakes/folder.ts'
import { selfSigned } from '../fakes/tls.ts'

export interface Azurite {
  /** Address of the blob service of `account`. */
  readonly url: string
  readonly account: string
  readonly key: string
  readonly connectionString: string
  close(): Promise<void>
}

/** An account with a key that the server is told; worth nothing anywhere else. */
const account = 'slipwaytest'
const key = Buffer.from('not a secret: the key of a storage account that only tests know').toString('base64')

/**
 * A real server of the blob protocol, in memory and on loopback, in a process of its own. `tls`: with the certificate
 * of the tests, and it takes tokens of an identity, of which it reads what stands in them.
 */
export async function startAzurite({ tls = false } = {}): Promise<Azurite> {
  using folder = createFolder()
  const certificate = [
    '--cert',
    folder.write('cert.pem', selfSigned.cert),
    '--key',
    folder.write('key.pem', selfSigned.key),
  ]
  const entry = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js')
  const options = [
    '--blobHost',
    '127.0.0.1',
    '--blobPort',
    '0',
    '--inMemoryPersistence',
    '--silent',
    '--disableTelemetry',
    // It knows what we use of the protocol, though not yet the newest number of it.
    '--skipApiVersionCheck',
  ]
  const child = spawn(process.execPath, [entry, ...options, ...(tls ? ['--oauth', 'basic', ...certificate] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`azurite ended with ${code} before it listened`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /successfully listens on (https?:\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
  })
  const url = `${address}/${account}`
  return {
    url,
    account,
    key,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${url};`,
    async close() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
