import { mkdir, mkdtemp, open as openFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aJob, insert } from '../../../test/contracts/store-samples.ts'
import { StoreUnusable } from '../../domain/errors.ts'
import type { Store } from '../../domain/ports/store.ts'
import { systemClock } from '../../kit/system-clock.ts'
import { openSqliteStore } from './index.ts'

let directory: string
let path: string
let opened: Store[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-opening-'))
  path = join(directory, 'slipway.db')
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()))
  await rm(directory, { recursive: true })
})

async function open(at = path): Promise<Store> {
  const store = await openSqliteStore({ path: at, clock: systemClock })
  opened.push(store)
  return store
}

/** A closed store with some hundred jobs in it. */
async function filled(): Promise<void> {
  const store = await open()
  await store.commit(Array.from({ length: 500 }, (_, index) => insert('job', aJob({ externalId: `job${index}` }))))
  await store.close()
}

/** Runs SQL on the closed file, as nobody should. */
function tamper(sql: string): void {
  const database = new BetterSqlite3(path)
  database.exec(sql)
  database.close()
}

async function overwrite(position: number, bytes: Buffer): Promise<void> {
  const file = await openFile(path, 'r+')
  await file.write(bytes, 0, bytes.length, position)
  await file.close()
}

async function permissions(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777
}

async function expectRefused(words: RegExp): Promise<void> {
  const refusal = open()
  await expect(refusal).rejects.toThrow(StoreUnusable)
  await expect(refusal).rejects.toThrow(path)
  await expect(refusal).rejects.toThrow(words)
}

describe('opening a store', () => {
  it('makes directories and files that nobody else can read', async () => {
    path = join(directory, 'deep', 'down', 'slipway.db')
    await open()
    expect(await permissions(join(directory, 'deep'))).toBe(0o700)
    expect(await permissions(path)).toBe(0o600)
    expect(await permissions(`${path}-wal`)).toBe(0o600)
    expect(await permissions(`${path}.pid`)).toBe(0o600)
  })

  it('leaves one file when it is closed, and finds all in it again', async () => {
    const store = await open()
    await store.commit([insert('job', aJob())])
    await store.close()
    await expect(stat(`${path}-wal`)).rejects.toThrow('ENOENT')
    await expect(stat(`${path}.pid`)).rejects.toThrow('ENOENT')
    expect(await (await open()).live('job')).toStrictEqual([aJob()])
  })

  it('keeps the permissions of a file that is there', async () => {
    await writeFile(path, '', { mode: 0o640 })
    await open()
    expect(await permissions(path)).toBe(0o640)
  })

  it('refuses a newer schema, naming both', async () => {
    await filled()
    tamper(`insert into kysely_migration (name, timestamp) values ('0007-later', '2030-01-01T00:00:00.000Z')`)
    await expectRefused(/has schema 7, this Slipway knows schemas up to 3\. Run the Slipway that wrote it/)
  })

  it('refuses the database of another program, and leaves it as it was', async () => {
    tamper('create table theirs (id integer primary key)')
    const before = await readFile(path)
    await expectRefused(/is the database of another program/)
    expect(before.equals(await readFile(path))).toBe(true)
    await expect(stat(`${path}.pid`)).rejects.toThrow('ENOENT')
  })

  it('refuses what is no database', async () => {
    await writeFile(path, 'owner: acme\n'.repeat(1000))
    await expectRefused(/no SQLite database/)
  })

  it('refuses a path under a file, and a directory', async () => {
    await writeFile(join(directory, 'file'), '')
    path = join(directory, 'file', 'slipway.db')
    await expectRefused(/no file can be made or opened there/)
    path = join(directory, 'folder')
    await mkdir(path)
    await expectRefused(/no file can be made or opened there/)
  })

  it('holds nothing after a refusal', async () => {
    await writeFile(path, 'no database'.repeat(1000))
    await expectRefused(/no SQLite database/)
    await rm(path)
    await open()
  })
})

describe('a damaged file', () => {
  it('is refused when its pages are overwritten', async () => {
    await filled()
    const { size } = await stat(path)
    await overwrite(Math.floor(size / 2), Buffer.alloc(16_384, 0xff))
    await expectRefused(/the file is damaged .*recover/)
  })

  it('is refused when its beginning is overwritten', async () => {
    await filled()
    await overwrite(0, Buffer.alloc(512, 0xff))
    await expectRefused(/beginning is damaged/)
  })

  it('is refused when its end is missing', async () => {
    await filled()
    const { size } = await stat(path)
    await truncate(path, Math.floor(size / 2))
    await expectRefused(/the file is damaged/)
  })

  it('never gives a record that can not be read', async () => {
    await filled()
    const at = (await readFile(path)).lastIndexOf('{"key":"github/job7/1"')
    expect(at).toBeGreaterThan(0)
    await overwrite(at, Buffer.from('#'))
    const store = await open()
    await expect(store.live('job')).rejects.toThrow(StoreUnusable)
    await expect(store.get('job', 'github/job7/1')).rejects.toThrow(/a record is no JSON\. Stop Slipway and restore/)
    expect(await store.get('job', 'github/job8/1')).toMatchObject({ externalId: 'job8' })
  })
})
