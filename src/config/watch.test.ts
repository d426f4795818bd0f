import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFolder } from '../../test/fakes/folder.ts'
import { watchConfig } from './watch.ts'

/** Fires a timer as soon as it is set, after what runs now: the tests wait for real file events, never for time. */
const eagerClock = {
  wall: () => 0,
  monotonic: () => 0,
  timer: (_ms: number, run: () => void) => {
    let cancelled = false
    process.nextTick(() => {
      if (!cancelled) run()
    })
    return () => {
      cancelled = true
    }
  },
}

function createQuietLog() {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  return { ...log, child: createQuietLog }
}

/** Watches, and counts changes; `changed(n)` resolves at the n-th. */
async function startWatching(path: string) {
  let count = 0
  const waiting = new Set<{ readonly times: number; readonly resolve: () => void }>()
  const watching = watchConfig(
    path,
    () => {
      count++
      for (const waiter of waiting) if (waiter.times <= count) waiter.resolve()
    },
    { clock: eagerClock, logger: createQuietLog() },
  )
  onTestFinished(watching.stop)
  await watching.ready
  return {
    stop: watching.stop,
    count: () => count,
    changed(times: number): Promise<void> {
      if (count >= times) return Promise.resolve()
      return new Promise((resolve) => waiting.add({ times, resolve }))
    },
  }
}

describe('watchConfig', () => {
  it('sees a file that is written in place', async () => {
    using folder = createFolder()
    const file = folder.write('slipway.yaml', 'one')
    const watching = await startWatching(file)
    writeFileSync(file, 'two')
    await watching.changed(1)
    expect(watching.count()).toBe(1)
  })

  it('sees a file that is replaced by rename, again and again', async () => {
    using folder = createFolder()
    const file = folder.write('slipway.yaml', 'one')
    const watching = await startWatching(file)
    renameSync(folder.write('.slipway.yaml.new', 'two'), file)
    await watching.changed(1)
    renameSync(folder.write('.slipway.yaml.new', 'three'), file)
    await watching.changed(2)
    expect(watching.count()).toBe(2)
  })

  it('sees the folder behind a symbolic link swapped, as Kubernetes does', async () => {
    using folder = createFolder()
    folder.write('..one/slipway.yaml', 'one')
    folder.write('..two/slipway.yaml', 'two')
    symlinkSync('..one', join(folder.path, '..data'))
    symlinkSync('..data/slipway.yaml', join(folder.path, 'slipway.yaml'))
    const watching = await startWatching(join(folder.path, 'slipway.yaml'))
    symlinkSync('..two', join(folder.path, '..data_new'))
    renameSync(join(folder.path, '..data_new'), join(folder.path, '..data'))
    await watching.changed(1)
    expect(watching.count()).toBe(1)
  })

  it('follows a link to the folder that the file really is in', async () => {
    using folder = createFolder()
    const real = folder.write('elsewhere/real.yaml', 'one')
    mkdirSync(join(folder.path, 'etc'))
    const link = join(folder.path, 'etc', 'slipway.yaml')
    symlinkSync(real, link)
    const watching = await startWatching(link)
    writeFileSync(real, 'two')
    await watching.changed(1)
    expect(watching.count()).toBe(1)
  })

  it('says nothing of other files, of the same content, or while the file is gone', async () => {
    using folder = createFolder()
    const file = folder.write('slipway.yaml', 'one')
    const watching = await startWatching(file)
    folder.write('other.yaml', 'x')
    rmSync(file)
    writeFileSync(file, 'one')
    writeFileSync(file, 'two')
    await watching.changed(1)
    expect(watching.count()).toBe(1)
  })

  it('is silent once stopped, and may be stopped twice', async () => {
    using folder = createFolder()
    const file = folder.write('slipway.yaml', 'one')
    const stopped = await startWatching(file)
    stopped.stop()
    stopped.stop()
    const other = await startWatching(file)
    writeFileSync(file, 'two')
    await other.changed(1)
    expect(stopped.count()).toBe(0)
  })
})
