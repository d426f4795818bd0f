import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createFolder, type Folder } from '../../test/fakes/folder.ts'
import { openBench } from '../../test/fakes/service.ts'
import { leaveAdminToken } from './admin-token.ts'

async function open(folder: Folder) {
  const bench = await openBench()
  const path = join(folder.path, 'slipway.db.token')
  return { path, operations: bench.operations, secret: () => readFileSync(path, 'utf8').trim() }
}

describe('the admin token beside the database', () => {
  test('is left at the first start, for the user of the service alone', async () => {
    using folder = createFolder()
    const { path, operations, secret } = await open(folder)
    await leaveAdminToken(operations, path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await operations.authenticate(secret())).toMatchObject({ name: 'local-admin', roles: ['admin'] })
  })

  test('stays the same over later starts', async () => {
    using folder = createFolder()
    const { path, operations, secret } = await open(folder)
    await leaveAdminToken(operations, path)
    const before = secret()
    await leaveAdminToken(operations, path)
    expect(secret()).toBe(before)
  })

  const lost: [string, (path: string) => void][] = [
    ['is lost', (path) => rmSync(path)],
    ['holds something else', (path) => writeFileSync(path, 'slw_nonsense\n', { mode: 0o644 })],
    ['is empty', (path) => writeFileSync(path, '')],
  ]
  test.each(lost)('is made anew when the file %s, and the old one counts no more', async (_how, harm) => {
    using folder = createFolder()
    const { path, operations, secret } = await open(folder)
    await leaveAdminToken(operations, path)
    const before = secret()
    harm(path)
    await leaveAdminToken(operations, path)
    expect(await operations.authenticate(before)).toBeUndefined()
    expect(await operations.authenticate(secret())).toBeDefined()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('is made anew when it was revoked', async () => {
    using folder = createFolder()
    const { path, operations, secret } = await open(folder)
    await leaveAdminToken(operations, path)
    await operations.revokeToken('local-admin', 'ann')
    await leaveAdminToken(operations, path)
    expect(await operations.authenticate(secret())).toBeDefined()
  })
})
