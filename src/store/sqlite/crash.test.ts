import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreUnusable } from '../../domain/errors.ts'
import { systemClock } from '../../kit/system-clock.ts'
import { openSqliteStore } from './index.ts'

const child = fileURLToPath(new URL('../../../test/contracts/store-child.ts', import.meta.url))

let directory: string
let path: string
let children: ChildProcess[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-crash-'))
  path = join(directory, 'slipway.db')
  children = []
})
afterEach(async () => {
  await Promise.all(children.map(kill))
  await rm(directory, { recursive: true })
})

function start(mode: 'hold' | 'commit', stderr: 'inherit' | 'ignore' = 'inherit') {
  const started = spawn(process.execPath, [child, path, mode], { stdio: ['pipe', 'pipe', stderr] })
  children.push(started)
  return started
}

async function kill(started: ChildProcess): Promise<void> {
  if (started.exitCode !== null || started.signalCode !== null) return
  const exited = once(started, 'exit')
  started.kill('SIGKILL')
  await exited
}

/** Runs a writer and kills it as soon as it has acknowledged `count` commits: all that it acknowledged. */
async function acknowledgedBeforeKill(count: number): Promise<string[]> {
  const writer = start('commit')
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: writer.stdout })) {
    if (line === 'open') continue
    acknowledged.push(line)
    if (acknowledged.length === count) writer.kill('SIGKILL')
  }
  await kill(writer)
  return acknowledged
}

function open() {
  return openSqliteStore({ path, clock: systemClock })
}

describe('a store whose process is killed', () => {
  it('has everything that was acknowledged, and whole batches only', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), async (count) => {
      await rm(path, { force: true })
      const acknowledged = await acknowledgedBeforeKill(count)
      const store = await open()
      try {
        const jobs = await store.jobs({ limit: 1_000_000 })
        const ids = jobs.map(({ externalId }) => externalId)
        const kept = new Set(ids)
        expect(acknowledged.filter((id) => !kept.has(id))).toStrictEqual([])
        expect(await store.known('github', ids)).toStrictEqual(kept)
        expect(acknowledged.length).toBeGreaterThanOrEqual(count)
        const charged = await store.costs({ by: ['machine'], since: 0, until: 1 })
        const meters = new Map(charged.map(({ keys, ms }) => [keys.machine, ms]))
        expect(meters).toStrictEqual(await store.meters())
        expect(charged.reduce((sum, { nanos }) => sum + nanos, 0n)).toBe(BigInt(ids.length))
      } finally {
        await store.close()
      }
    })
    await fc.assert(property, { numRuns: 6 })
  }, 60_000)
})

describe('a store that is held', () => {
  it('by another process is refused, with its pid, until that is gone', async () => {
    const holder = start('hold')
    await once(holder.stdout, 'data')
    const refusal = open()
    await expect(refusal).rejects.toThrow(StoreUnusable)
    await expect(refusal).rejects.toThrow(`${path} is held by process ${holder.pid}.`)
    await kill(holder)
    const store = await open()
    await store.close()
  }, 20_000)

  it('by this process is refused too, and the first one keeps it', async () => {
    const first = await open()
    await expect(open()).rejects.toThrow(`held by process ${process.pid}.`)
    await expect(open()).rejects.toThrow(StoreUnusable)
    await first.commit([{ kind: 'setting', key: 'a', value: '1' }])
    const rival = start('hold', 'ignore')
    rival.stdin.end()
    const [said] = await Promise.race([once(rival.stdout, 'data'), once(rival, 'exit')])
    expect(said).toBe(1)
    await first.close()
    const second = await open()
    expect(await second.setting('a')).toBe('1')
    await second.close()
  }, 20_000)
})
