import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Endpoint } from '../../../src/domain/ports/provider.ts'
import { dockerOf } from './machine.ts'

export function hasPodman(): boolean {
  return spawnSync('podman', ['--version']).status === 0
}

export interface Podman {
  readonly endpoint: Endpoint
  close(): Promise<void>
}

/** Podman's service on a socket and with stores of its own. */
export async function startPodman(): Promise<Podman> {
  const folder = await mkdtemp('/tmp/slwp-')
  const path = join(folder, 'sock')
  const log = openSync(join(folder, 'log'), 'a')
  const stores = ['--root', `${folder}/root`, '--runroot', `${folder}/run`, '--tmpdir', `${folder}/tmp`]
  const service = spawn('podman', [...stores, 'system', 'service', '--time=0', `unix://${path}`], {
    stdio: ['ignore', log, log],
    env: { ...process.env, CONTAINERS_CONF: await settings(folder) },
  })
  const endpoint = { kind: 'unix', path } as const
  async function close(): Promise<void> {
    const gone = once(service, 'exit')
    if (service.kill('SIGTERM')) await gone
    // Its store mounts its own folder.
    spawnSync('umount', [`${folder}/root/overlay`])
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await vi.waitFor(() => dockerOf(endpoint).ping(), { timeout: 30_000, interval: 100 })
    return { endpoint, close }
  } catch (error) {
    const said = await readFile(join(folder, 'log'), 'utf8')
    await close()
    throw new Error(`podman does not answer: ${said}`, { cause: error })
  }
}

/** Podman raises limits beyond our own, which not every root may: small ones are within everybody's. */
async function settings(folder: string): Promise<string> {
  const path = join(folder, 'containers.conf')
  const ulimits = ['nofile=4096:4096', 'nproc=4096:4096']
  await writeFile(path, `[containers]\ndefault_ulimits = ${JSON.stringify(ulimits)}\n`)
  return path
}
