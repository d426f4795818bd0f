import { mkdtemp, open as openFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { delivery } from '../../../../test/contracts/store-samples.ts'
import type { Change } from '../../../domain/ports/store.ts'
import { createGroupCommit } from './commit-group.ts'
import { encode } from '../encode.ts'
import { migrate } from './migrations.ts'
import type { Batch } from '../protocol.ts'

let directory: string
let path: string
let database: Database
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-group-'))
  path = join(directory, 'slipway.db')
  database = new BetterSqlite3(path)
  await migrate(database)
})
afterEach(async () => {
  database.close()
  await rm(directory, { recursive: true })
})

function batch(...changes: Change[]): Batch {
  return changes.flatMap(encode)
}

function setting(key: string, size = 1): Change {
  return { kind: 'setting', key, value: 'x'.repeat(size) }
}

function settings(): unknown[] {
  return database.prepare('select key from setting order by key').pluck().all()
}

const full = { error: 'StoreUnavailable', message: expect.stringMatching(/the disk is full .*Make room/) as string }

describe('a group of batches', () => {
  it('keeps each by itself, and tells the place of a conflict', () => {
    const commit = createGroupCommit(database, path)
    const twice = batch(setting('b'), delivery('d1'))
    expect(commit([batch(setting('a'), delivery('d1')), twice, batch(setting('c'))])).toStrictEqual(['kept', 1, 'kept'])
    expect(settings()).toStrictEqual(['a', 'c'])
  })

  it('fails as one when the disk is full, those with a conflict too, and goes on when there is room', () => {
    const commit = createGroupCommit(database, path)
    const pages = database.pragma('page_count', { simple: true }) as number
    database.pragma(`max_page_count = ${pages + 8}`)
    const group = [batch(delivery('d1')), batch(delivery('d1')), batch(setting('large', 100_000))]
    expect(commit(group)).toStrictEqual([full, full, full])
    expect(database.inTransaction).toBe(false)
    expect(commit([batch(delivery('d1'), setting('small'))])).toStrictEqual(['kept'])
    expect(settings()).toStrictEqual(['small'])
  })

  it('writes no more once it has met damage', async () => {
    createGroupCommit(database, path)([batch(...Array.from({ length: 2000 }, (_, index) => setting(`k${index}`, 100)))])
    database.close()
    const { size } = await stat(path)
    const file = await openFile(path, 'r+')
    await file.write(Buffer.alloc(size / 2, 0xff), 0, size / 2, size / 2)
    await file.close()
    database = new BetterSqlite3(path)

    const commit = createGroupCommit(database, path)
    const damaged = { error: 'StoreUnavailable', message: expect.stringMatching(/the file is damaged/) as string }
    const all = Array.from({ length: 2000 }, (_, index) => batch(setting(`k${index}`)))
    expect(new Set(commit(all))).toStrictEqual(new Set([damaged]))
    expect(commit([batch(delivery('d1'))])).toStrictEqual([damaged])
  })
})
