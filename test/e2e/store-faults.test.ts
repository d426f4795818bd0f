import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreUnavailable, StoreUnusable } from '../../src/domain/errors.ts'
import type { Store } from '../../src/domain/ports/store.ts'
import { DeadlineExceeded, withDeadline } from '../../src/kit/deadline.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { aJob, delivery, insert } from '../contracts/store-samples.ts'
import { canMount, createMounts, type Mounts } from './store-mounts.ts'

// A pipeline must run these: there they fail instead of being skipped.
const able = (await canMount()) || process.env['CI'] !== undefined

describe.skipIf(!able)('a store on a faulty disk (needs root, to mount)', () => {
  let mounts: Mounts
  let opened: Store[]
  beforeEach(async () => {
    mounts = await createMounts()
    opened = []
  })
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()))
    await mounts.remove()
  })

  async function open(path: string): Promise<Store> {
    const store = await openSqliteStore({ path, clock: systemClock })
    opened.push(store)
    return store
  }

  /** Commits until the store takes no more: the keys that it kept, and the first that it refused. */
  async function fill(store: Store, prefix: string): Promise<{ kept: string[]; refused: string; error: unknown }> {
    const kept: string[] = []
    for (let index = 0; index < 10_000; index++) {
      const id = `${prefix}${index}`
      const bulk = { kind: 'tail', agent: id, text: randomBytes(20_000).toString('base64'), at: 1 } as const
      try {
        await store.commit([delivery(id), insert('job', aJob({ externalId: id })), bulk])
        kept.push(id)
      } catch (error) {
        return { kept, refused: id, error }
      }
    }
    throw new Error('The disk was never full.')
  }

  async function present(store: Store): Promise<string[]> {
    return (await store.jobs({ limit: 10_000 })).map(({ externalId }) => externalId).sort()
  }

  it('keeps what it acknowledged when the disk is full, and goes on when there is room', async () => {
    const directory = await mounts.small(2048)
    const path = join(directory, 'slipway.db')
    const store = await open(path)
    const before = await fill(store, 'a')
    expect(before.error).toBeInstanceOf(StoreUnavailable)
    expect(String(before.error)).toMatch(/slipway\.db takes nothing: the disk is full .*Make room on its file system/)
    expect(await present(store)).toStrictEqual([...before.kept].sort())
    expect(await store.known('github', [before.refused])).toStrictEqual(new Set())
    await expect(
      store.commit([delivery('large'), { kind: 'setting', key: 'k', value: 'x'.repeat(90_000) }]),
    ).rejects.toThrow(StoreUnavailable)

    await mounts.grow(directory, 8192)
    await store.commit([delivery(before.refused), insert('job', aJob({ externalId: before.refused }))])
    const after = await fill(store, 'b')
    expect(after.kept.length).toBeGreaterThan(before.kept.length)
    await mounts.grow(directory, 16_384)
    await store.close()
    const all = [...before.kept, before.refused, ...after.kept].sort()
    expect(await present(await open(path))).toStrictEqual(all)
  })

  it('does not open on a full disk, and opens once there is room', async () => {
    const directory = await mounts.small(1024)
    const ballast = join(directory, 'ballast')
    await expect(writeFile(ballast, randomBytes(1_048_577))).rejects.toThrow('ENOSPC')
    const refusal = open(join(directory, 'slipway.db'))
    await expect(refusal).rejects.toThrow(StoreUnusable)
    await expect(refusal).rejects.toThrow(/slipway\.db can't be opened: the disk is full/)
    await rm(ballast)
    await (await open(join(directory, 'slipway.db'))).commit([delivery('d1')])
  })

  it('does not open read-only, neither an old file nor a new one', async () => {
    const directory = await mounts.small(4096)
    const store = await open(join(directory, 'slipway.db'))
    await store.commit([delivery('d1')])
    await store.close()
    const copy = await mounts.readOnly(directory)
    const readOnly = /can't be opened: the file or its directory is read-only/
    const noDirectory = /can't be opened: no file can be made or opened there/
    const refused = [
      ['slipway.db', readOnly],
      ['new.db', readOnly],
      ['sub/new.db', noDirectory],
    ] as const
    for (const [name, words] of refused) {
      const refusal = open(join(copy, name))
      await expect(refusal).rejects.toThrow(StoreUnusable)
      await expect(refusal).rejects.toThrow(words)
    }
    expect(await (await open(join(directory, 'slipway.db'))).known('github', ['d1'])).toStrictEqual(new Set(['d1']))
  })

  it('says so when the disk becomes read-only under it', async () => {
    const directory = await mounts.disk()
    const store = await open(join(directory, 'slipway.db'))
    await store.commit([delivery('d1')])
    await mounts.abort(directory)
    await expect(store.commit([delivery('d2')])).rejects.toThrow(StoreUnavailable)
    await expect(store.commit([delivery('d3')])).rejects.toThrow(/takes nothing: the disk fails/)
    expect(await store.known('github', ['d1', 'd2', 'd3'])).toStrictEqual(new Set(['d1']))
  })

  it('holds up nobody while the disk hangs, and keeps what waited once it moves again', async () => {
    const directory = await mounts.disk()
    const store = await open(join(directory, 'slipway.db'))
    await store.commit([delivery('before')])
    await mounts.freeze(directory)
    const waiting = store.commit([delivery('frozen')])
    const late = withDeadline(systemClock, 200, 'the store', () => waiting)
    expect(await readFile('/proc/self/comm', 'utf8')).not.toBe('')
    await expect(late).rejects.toThrow(DeadlineExceeded)
    await mounts.thaw(directory)
    await waiting
    expect(await store.known('github', ['before', 'frozen'])).toStrictEqual(new Set(['before', 'frozen']))
  })
})
